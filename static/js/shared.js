// On a shared computer the screen is cleared when nobody has touched it for a while. What was half written is first
// put aside on the server, for its person alone. Without this script the sign-in ends just the same.

const wait = Number(document.body.dataset.clearAfter) * 1000;
const written = new Set();
let timer = 0;

async function clear() {
  const kept = [...written].map((form) => {
    const going = encodeURIComponent(new URL(form.action, location.href).pathname);
    return fetch(`/put-aside?going=${going}`, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  });
  await Promise.allSettled(kept);
  location.replace("/sign-in");
}

function touched() {
  clearTimeout(timer);
  timer = setTimeout(clear, wait + 5000);
}

document.addEventListener("input", (event) => {
  if (event.target.form?.method === "post") written.add(event.target.form);
});
for (const sort of ["input", "keydown", "pointerdown", "scroll"]) document.addEventListener(sort, touched, { passive: true });
touched();
