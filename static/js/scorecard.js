// A scorecard by keyboard, with its total as one goes. Without it the same page is filled in and sent as any form.

const form = document.getElementById("draft");
const total = document.getElementById("total");
const groups = [...form.querySelectorAll("[data-weight]")];
const TOP = 5;
const ENOUGH = 0.6; // of the weight, as pitchpit/panels/scoring.py

document.body.classList.add("pp-js");

const chosen = (group) => group.querySelector("input:checked")?.value;

function show() {
  let all = 0;
  let scored = 0;
  let points = 0;
  for (const group of groups) {
    const weight = Number(group.dataset.weight);
    const level = Number.parseInt(chosen(group) ?? "", 10);
    all += weight;
    if (Number.isNaN(level)) continue;
    scored += weight;
    points += weight * level;
  }
  if (!scored || scored < ENOUGH * all) {
    total.textContent = total.dataset.empty;
    return;
  }
  const figure = document.createElement("strong");
  figure.textContent = Math.round((100 * points) / (TOP * scored)); // a half up, as in_points there
  total.replaceChildren(figure, " of 100");
}

// Where the focus goes from a criterion: to the next one's level, and from the last to the button.
function goOn(group) {
  const next = groups[groups.indexOf(group) + 1];
  const target = next
    ? (next.querySelector("input:checked") ?? next.querySelector("input"))
    : form.querySelector('button[value="next"]');
  target.focus();
  target.scrollIntoView({ block: "nearest" });
}

form.addEventListener("change", show);
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector('button[value="next"]'));
    return;
  }
  const group = event.target.closest?.("[data-weight]");
  if (!group || event.target.type !== "radio" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter") {
    event.preventDefault();
    goOn(group);
    return;
  }
  const level = group.querySelector(`input[value="${CSS.escape(event.key)}"]`);
  if (!/^[0-5]$/.test(event.key) || !level) return;
  event.preventDefault();
  level.checked = true;
  level.dispatchEvent(new Event("change", { bubbles: true }));
  goOn(group);
});
show();
