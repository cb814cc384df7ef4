// Makes pages nicer to use. Every page works without it.

const components = ["Button", "CharacterCount", "Checkboxes", "ErrorSummary", "NotificationBanner", "PasswordInput", "Radios"];

async function startComponents() {
  if (!document.querySelector('[data-module^="nhsuk-"]')) return;
  const nhs = await import("../vendor/nhsuk-frontend-10.6.1/nhsuk-frontend.min.js");
  document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
  for (const name of components) nhs.createAll(nhs[name]);
}

// An open menu closes with Escape, giving the focus back, and with a press elsewhere.
function closeMenus() {
  const open = () => document.querySelectorAll("details.pp-menu[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      const hadFocus = menu.contains(document.activeElement);
      menu.open = false;
      if (hadFocus) menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
}

closeMenus();
startComponents();
