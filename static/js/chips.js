// Chips over the blanks of a text, and marks on what looks unfinished.

import { Extension, pm } from "../django_prose_editor/editor.js";
import { blanksOf, select, unfinishedIn } from "./blanks.js";

/** Chips over the blanks; in a reply a click or Tab selects one, so that typing fills it. */
export function blankChips(toFill) {
  const { Decoration, DecorationSet } = pm.view;
  const chip = { class: toFill ? "chip chip-empty" : "chip", "data-blank": "" };
  const brace = { class: "chip-brace" };
  const unsure = (doc) => (toFill ? unfinishedIn(doc) : []).map(({ from, to }) => (
    Decoration.inline(from, to, { class: "leftover" })
  ));
  const chips = (blank) => (blank.name
    ? [
      Decoration.inline(blank.from, blank.nameFrom, brace),
      Decoration.inline(blank.nameFrom, blank.nameTo, chip),
      Decoration.inline(blank.nameTo, blank.to, brace),
    ]
    : [Decoration.inline(blank.from, blank.to, chip)]);
  const decorations = ({ doc }) => (
    DecorationSet.create(doc, [...unsure(doc), ...blanksOf(doc).flatMap(chips)])
  );
  const handleClick = (view, at) => {
    const blank = blanksOf(view.state.doc).find(({ from, to }) => from <= at && at <= to);
    if (!toFill || !blank) return false;
    select(view, blank);
    return true;
  };
  // Left to itself the browser carries a chip's look over to what is typed, as an inline style.
  const beforeinput = (view, event) => {
    if (event.inputType !== "insertText" || !event.data || view.state.selection.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.tr.insertText(event.data).scrollIntoView());
    return true;
  };
  const props = { decorations, handleClick, handleDOMEvents: { beforeinput } };
  return Extension.create({
    name: "blankChips",
    priority: 1000,
    addProseMirrorPlugins: () => [new pm.state.Plugin({ props })],
    addKeyboardShortcuts() {
      return {
        Tab: () => {
          const { state, view } = this.editor;
          const next = toFill && blanksOf(state.doc).find(({ from }) => from >= state.selection.to);
          if (next) select(view, next);
          return Boolean(next);
        },
      };
    },
  });
}
