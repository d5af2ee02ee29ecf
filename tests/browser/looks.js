// How a text of a page looks, as far as axe judges its contrast: what it is, its colours, whether it is large, and the
// same of all that it lies in. What looks alike needs to be judged once, on however many pages and screens it comes.
(() => {
  const KEPT = "looks that axe has seen";
  const SHAPES = ["color", "backgroundColor", "backgroundImage", "opacity", "position", "textDecorationLine"];

  const isField = (it) => it.matches("input, select, textarea");
  const hasText = (it) => [...it.childNodes].some((each) => each.nodeType === Node.TEXT_NODE && each.data.trim());
  // From 18 pt on, or 14 pt in bold, WCAG asks for less.
  const isLarge = (style) => parseFloat(style.fontSize) >= (style.fontWeight >= 700 ? 56 / 3 : 24);
  const hash = (words) => [...words].reduce((before, each) => (Math.imul(before, 31) + each.charCodeAt(0)) | 0, 7);

  function look(it, looks) {
    if (it === null) return "";
    if (!looks.has(it)) {
      const style = getComputedStyle(it);
      const own = [it.localName, it.getAttribute("class"), isLarge(style), ...SHAPES.map((shape) => style[shape])];
      looks.set(it, `${look(it.parentElement, looks)} ${hash(own.join())}`);
    }
    return looks.get(it);
  }

  // Puts one element for each look that never came before into `newLooks`; returns how many there are.
  window.findNewLooks = () => {
    const known = new Set(JSON.parse(sessionStorage.getItem(KEPT) || "[]"));
    const looks = new Map();
    const isNew = (it) => !known.has(look(it, looks)) && known.add(look(it, looks));
    const isSeen = (it) => (isField(it) || hasText(it)) && it.checkVisibility({ visibilityProperty: true });
    window.newLooks = [...document.body.querySelectorAll("*")].filter((it) => isSeen(it) && isNew(it));
    sessionStorage.setItem(KEPT, JSON.stringify([...known]));
    return newLooks.length;
  };
})();
