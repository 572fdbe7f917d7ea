// A component's style goes into its shadow with its first drawing: never seen without it. One sheet
// serves all components of a kind.
const SHEET = new CSSStyleSheet();
SHEET.replaceSync(STYLE);

function dress(parentElement) {
  const shadow = parentElement.getRootNode();
  if (!shadow.adoptedStyleSheets.includes(SHEET)) shadow.adoptedStyleSheets.push(SHEET);
}
