/** tmux, in which emergency sessions run. */
import { type Check, fine, trouble } from '../check.ts';

export const tmuxCheck: Check = {
  id: 'tmux',
  title: (say) => say.tmux.title,
  async look({ say }, machine) {
    const result = await machine.run('tmux', ['-V']);
    return result.kind === 'ran'
      ? fine(say.tmux.ok(result.output))
      : trouble('warn', say.tmux.missing, say.tmux.fix);
  },
};
