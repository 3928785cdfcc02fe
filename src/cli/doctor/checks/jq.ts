/** jq, which the documents' recipes use. */
import { type Check, fine, trouble } from '../check.ts';

export const jqCheck: Check = {
  id: 'jq',
  title: (say) => say.jq.title,
  async look({ say }, machine) {
    const result = await machine.run('jq', ['--version']);
    return result.kind === 'ran'
      ? fine(say.jq.ok(result.output))
      : trouble('info', say.jq.missing, say.jq.fix);
  },
};
