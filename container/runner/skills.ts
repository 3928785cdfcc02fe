/**
 * Puts the skills that come with the runner into the group's Claude folder, so that a new release brings its own.
 * Skills that the group has made for itself stay. One whose program is not installed is taken away: an agent that is
 * told of a browser would look for it in vain.
 */
import { access, constants, cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

export type SkillFolders = {
  /** One folder a skill. */
  from: string;
  /** `skills` in Claude Code's config folder. */
  to: string;
  /** Where programs are looked for, as the shell does. */
  path: string;
};

/** What a skill cannot do without. */
const NEEDS: Record<string, string> = { browser: 'chromium' };

/** @returns the names of the skills that are there now */
export async function installSkills({ from, to, path }: SkillFolders): Promise<string[]> {
  const skills = await readdir(from).catch(() => []); // a runner that was built without any
  const installed = await Promise.all(
    skills.map(async (name) => {
      // Removed first: what a release has dropped goes, and a link put there is not followed.
      await rm(join(to, name), { recursive: true, force: true });
      const program = NEEDS[name];
      if (program !== undefined && !(await isInstalled(program, path))) return null;
      await cp(join(from, name), join(to, name), { recursive: true });
      return name;
    }),
  );
  return installed.filter((name) => name !== null);
}

async function isInstalled(program: string, path: string): Promise<boolean> {
  const tries = path.split(':').map((folder) => access(join(folder, program), constants.X_OK));
  return (await Promise.allSettled(tries)).some(({ status }) => status === 'fulfilled');
}
