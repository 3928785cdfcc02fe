/** The agents' image is on the engine. */
import { type Check, fine, trouble } from '../check.ts';
import { askEngine } from './docker.ts';

export const imageCheck: Check = {
  id: 'image',
  title: (say) => say.image.title,
  async look({ settings, say }, machine) {
    if ((await askEngine(machine)).state !== 'answers') return fine(say.image.skipped);
    const image = settings.containerImage;
    const result = await machine.run('docker', ['image', 'inspect', '--format', '{{.Id}}', image]);
    if (result.kind === 'ran' && result.code === 0) return fine(say.image.ok(image));
    return trouble('error', say.image.missing(image), say.image.fix);
  },
};
