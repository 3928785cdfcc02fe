/** Where emergency sessions run here, and what that sandbox cannot stop. */
import type { SystemStatus } from '../../../../contracts/status.ts';
import { type Check, fine, trouble } from '../check.ts';

export const emergencySandboxCheck: Check = {
  id: 'emergency-sandbox',
  title: (say) => say.emergencySandbox.title,
  async look({ settings, say }, machine) {
    const words = say.emergencySandbox;
    const status = (await machine.askJson(settings.pagePort, '/api/status')) as Partial<SystemStatus> | null;
    const sandbox = status?.emergencySandbox ?? null;
    if (sandbox === null) return trouble('info', words.unknown, words.unknownFix);
    switch (sandbox.kind) {
      case 'unit':
        return fine(words.unit);
      case 'bubblewrap':
        return trouble('info', words.bubblewrap, words.bubblewrapFix);
      case 'container':
        if (sandbox.reason === '') return fine(words.container);
        return trouble('info', `${words.container}; ${sandbox.reason}`, words.containerFix);
      case 'none':
        return trouble('warn', words.none(sandbox.reason), words.noneFix);
    }
  },
};
