/** Encodes an answer as OpenAI's chat completions API sends it: one JSON object, or the events of a stream. Pure. */

export type ChatAnswer = { text: string; finish: 'stop' | 'length' };
export type ChatIdentity = { id: string; model: string; created: number };

/** A stream's text comes in pieces of this many characters, so that tags and words get torn apart. */
const PIECE_LENGTH = 5;
const USAGE = { prompt_tokens: 50, completion_tokens: 10, total_tokens: 60 };

export function encodeCompletion({ text, finish }: ChatAnswer, identity: ChatIdentity): object {
  const message = { role: 'assistant', content: text };
  return {
    ...{ id: identity.id, object: 'chat.completion', created: identity.created, model: identity.model },
    choices: [{ index: 0, message, logprobs: null, finish_reason: finish }],
    usage: USAGE,
  };
}

/** Each a complete `data:` record with its blank line: role, pieces, finish reason, usage, `[DONE]`. */
export function encodeChunks({ text, finish }: ChatAnswer, identity: ChatIdentity): string[] {
  const head = {
    ...{ id: identity.id, object: 'chat.completion.chunk' },
    ...{ created: identity.created, model: identity.model },
  };
  const chunk = (delta: object, reason: string | null) =>
    event({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }] });
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...pieces(text).map((content) => chunk({ content }, null)),
    chunk({}, finish),
    event({ ...head, choices: [], usage: USAGE }),
    'data: [DONE]\n\n',
  ];
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** Cut between code points, so that no piece holds half a character. */
function pieces(text: string): string[] {
  const characters = [...text];
  const cut: string[] = [];
  for (let at = 0; at < characters.length; at += PIECE_LENGTH) {
    cut.push(characters.slice(at, at + PIECE_LENGTH).join(''));
  }
  return cut;
}
