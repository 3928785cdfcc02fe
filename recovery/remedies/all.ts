/** One remedy for each name: a new name in `contracts/remedy.ts` does not compile until it has its line here. */
import type { RemedyName } from '../../contracts/remedy.ts';
import type { Remedy } from '../../supervisor/ports/remedy.ts';
import { buildImage, rebuildImage } from './build-image.ts';
import { freeDisk } from './free-disk.ts';
import { freePort } from './free-port.ts';
import type { RemedyParts } from './parts.ts';
import { reconnectChannel } from './reconnect-channel.ts';
import { refreshSignIn } from './refresh-sign-in.ts';
import { repairDatabase } from './repair-database.ts';
import { restartCopilot } from './restart-copilot.ts';
import { restartDocker } from './restart-docker.ts';
import { restoreConfig } from './restore-config.ts';
import { restoreDatabase } from './restore-database.ts';
import { rollbackRelease } from './rollback-release.ts';
import { stopAgent } from './stop-agent.ts';

export function buildRemedies(parts: RemedyParts): Record<RemedyName, Remedy> {
  return {
    reconnect_channel: reconnectChannel(parts),
    stop_agent: stopAgent(parts),
    build_image: buildImage(parts),
    rebuild_image: rebuildImage(parts),
    refresh_sign_in: refreshSignIn(parts),
    free_disk: freeDisk(parts),
    restart_docker: restartDocker(parts),
    restart_copilot: restartCopilot(parts),
    restore_config: restoreConfig(parts),
    repair_database: repairDatabase(parts),
    restore_database: restoreDatabase(parts),
    rollback_release: rollbackRelease(parts),
    free_port: freePort(parts),
  };
}
