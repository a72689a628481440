// What a person would stumble over on a page: run in the browser, returns sentences.
finger => {
  const found = [], seen = one => one.getClientRects().length && one.closest("details:not([open]) > :not(summary)") === null;
  const named = one => (one.getAttribute("aria-label") || one.labels?.[0]?.innerText || one.innerText || one.title || "").trim();
  if (document.documentElement.scrollWidth > innerWidth) found.push("is wider than the window");
  if (!document.documentElement.lang) found.push("no language");
  if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
  if (document.querySelectorAll("main").length !== 1) found.push("not one main");
  let level = 0;
  for (const head of document.querySelectorAll("h1, h2, h3")) {
    const own = Number(head.tagName[1]);
    if (own > level + 1) found.push(`heading jumps to ${head.tagName}: ${head.innerText}`);
    level = own;
  }
  const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
  if (new Set(ids).size !== ids.length) found.push("an id twice");
  for (const one of document.querySelectorAll("[aria-labelledby]"))
    if (!document.getElementById(one.getAttribute("aria-labelledby"))) found.push("labelled by nothing");
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!seen(one)) continue;
    if (!named(one)) found.push(`nameless ${one.outerHTML.slice(0, 90)}`);
    const target = one.closest("label") || one, box = target.getBoundingClientRect();
    const inline = one.matches("p a, li a, td a, th a, .cite, section summary:not(.button), .skip") && !one.matches("nav a, .open");
    const least = inline ? 24 : finger;
    if (box.height < least - 0.5 && !one.matches(".skip")) found.push(`small ${Math.round(box.height)}px ${named(one).slice(0, 40)}`);
  }
  const luminance = colour => {
    const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map(Number).map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = one => { for (; one; one = one.parentElement) { const c = getComputedStyle(one).backgroundColor; if (!/, 0\)|transparent/.test(c)) return c; } return "rgb(255,255,255)"; };
  for (const one of document.querySelectorAll("main *, header *")) {
    const own = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!own || !seen(one) || one.closest("svg, .hidden, .skip, [disabled]")) continue;
    const a = luminance(getComputedStyle(one).color), b = luminance(behind(one));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) found.push(`contrast ${ratio.toFixed(1)}: ${one.innerText.slice(0, 40)}`);
  }
  return [...new Set(found)];
}
