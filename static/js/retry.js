// On the page that says the database is away: looks every ten seconds, and opens the page once it is there again.

async function look() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.status !== 503) return location.reload();
  } catch {
    // Nobody answers yet: look again later.
  }
  setTimeout(look, 10_000);
}

setTimeout(look, 10_000);
