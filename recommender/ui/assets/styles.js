// Adds the component's style sheet to its shadow root. All instances share one sheet.
const SHEET = new CSSStyleSheet();
SHEET.replaceSync(STYLE);

function addStyles(parentElement) {
  const shadow = parentElement.getRootNode();
  if (!shadow.adoptedStyleSheets.includes(SHEET)) shadow.adoptedStyleSheets.push(SHEET);
}
