
// -- why a quote was found --------------------------------------------------------------------------------

async function why(button) {
  const card = button.closest(".card");
  const words = $("blockquote", card);
  const { record, documents } = card.closest(".turn");
  if (card.whole !== undefined) {
    words.innerHTML = card.whole;
    $(".why", card).remove();
    delete card.whole;
    button.setAttribute("aria-expanded", "false");
    return;
  }
  const { doc_id, start, end } = record.quotes[card.dataset.rank - 1].citation;
  button.disabled = true;
  try {
    const after = record.understood_with || [];
    const answer = await call("why", { question: record.question, documents, after, doc_id, start, end });
    const told = made("div", "why");
    told.innerHTML = answer.html;
    $("footer", card).after(told);
    card.whole = words.innerHTML;
    words.innerHTML = answer.quote;
    button.setAttribute("aria-expanded", "true");
  } catch (problem) {
    say(problem.message);
  }
  button.disabled = false;
  button.focus();
}

Object.assign(actions, { why });
