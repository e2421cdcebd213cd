// The form: asks, shows what came, and says so if nothing did.
"use strict";

const WORLD = [-180, -90, 360, 180];
const NEAR = [72, 36]; // degrees shown round a place

const form = document.querySelector("form");
const field = document.getElementById("ip_or_domain");
const error = document.getElementById("error");
const map = document.getElementById("map");
const marker = document.getElementById("marker");
const place = document.getElementById("place");
const result = document.getElementById("result");
const world = document.getElementById("world");
let asked = 0;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const turn = ++asked;
  form.setAttribute("aria-busy", "true");
  const answer = await ask(field.value.trim());
  if (turn !== asked) return; // something else has been asked since
  form.removeAttribute("aria-busy");
  show(answer);
});

world.addEventListener("click", () => look(WORLD));

async function ask(target) {
  try {
    const response = await fetch("/" + encodeURIComponent(target));
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    return isJson ? await response.json() : { error: `The server answered ${response.status}.` };
  } catch {
    return { error: "The server is out of reach." };
  }
}

function show(answer) {
  error.textContent = answer.error ?? "";
  error.hidden = !answer.error;
  result.replaceChildren();
  mark(answer.data?.location);
  place.textContent = answer.data ? describe(answer) : "";
  if (answer.data) result.append(tree("data", answer.data, true));
}

function describe({ data, zone_source }) {
  const where = [data.city, data.country].map((one) => one?.names?.en).filter(Boolean).join(", ");
  const zone = data.location ? `time zone ${data.location.time_zone} (${zone_source})` : "no location";
  return [data.traits.ip_address, where, zone].filter(Boolean).join(" · ");
}

function mark(location) {
  const isPlace = Number.isFinite(location?.latitude) && Number.isFinite(location?.longitude);
  marker.toggleAttribute("hidden", !isPlace);
  world.hidden = !isPlace;
  if (!isPlace) return look(WORLD);
  const { latitude, longitude } = location;
  marker.setAttribute("cx", longitude);
  marker.setAttribute("cy", -latitude);
  look([longitude - NEAR[0] / 2, -latitude - NEAR[1] / 2, ...NEAR]);
}

function look(box) {
  map.setAttribute("viewBox", box.join(" "));
}

// What is inside of something can be folded away, with the keyboard too.
function tree(name, value, isOpen) {
  if (value === null || typeof value !== "object") {
    const line = document.createElement("div");
    line.className = "leaf";
    line.textContent = `${name}: ${JSON.stringify(value)}`;
    return line;
  }
  const details = document.createElement("details");
  details.open = isOpen;
  const summary = document.createElement("summary");
  summary.textContent = name;
  details.append(summary, ...Object.entries(value).map(([key, one]) => tree(key, one, key !== "names")));
  return details;
}
