/**
 * Rows of the fault list that are brought about elsewhere too, or only there: they take systemd, a Docker engine, a
 * clock or an emergency session of their own. Each names the test.
 */
import { at, type NamedTest } from './named-test.ts';
import { UNDER_SYSTEMD } from './under-systemd.ts';

const emergency = at('tests/integration/emergency.test.ts');
const emergencyWays = at('tests/integration/emergency-ways.test.ts');
const useless = at('tests/integration/doctor/useless.test.ts');
const hostile = at('tests/integration/doctor/hostile.test.ts');
const redTeam = at('tests/e2e/red-team.test.ts');
const docker = at('tests/integration/container-docker.test.ts');

export const ELSEWHERE: readonly NamedTest[] = [
  ...UNDER_SYSTEMD.flatMap(({ tests = [] }) => tests),
  at('tests/simulation/faults.ts')([20], 'clock a day back'),
  at('tests/chaos/chaos.test.ts')([31], 'loses nothing, answers nothing twice'),
  at('tests/integration/probes.test.ts')([36], 'an engine that is away'),
  at('tests/integration/remedies.test.ts')([36], 'restarting what we depend on'),
  at('tests/integration/remedies-machine.test.ts')([37], 'build_image'),
  docker([38], 'that takes too much memory is ended, and this is told'),
  docker([43], 'finds the running agents of this installation'),
  docker([44], 'runs with its folders, its user and its time zone'),
  at('src/agents/agent.test.ts')([39], 'stops a runner that hangs before it has taken its turn'),
  at('src/agents/agent.test.ts')([41], 'tells when its process is gone'),
  at('src/agents/agent.test.ts')([42], 'cuts off a runner that talks garbage'),
  at('contracts/lines.test.ts')([42], 'never cuts a character, wherever the chunks are cut'),
  at('tests/integration/runner-life.test.ts')([45], 'says that a session does not exist'),
  at('tests/e2e/auth.test.ts')([61], 'renews once when several are asked at the same moment'),
  useless([66, 67, 68, 75], 'a session that $name ends in a page'),
  hostile([69], 'does not reach $name'),
  hostile([83], 'brought no secret into what the model was sent, or what is on record'),
  emergency([70], 'a fix that does not help is put back'),
  emergency([71], 'a refused key is told apart'),
  emergency([71], 'when the subscription and the key are limited'),
  emergency([76], 'follows the session that runs, and it still heals'),
  emergencyWays([72], 'a tmux session left over from before is ended, not joined and not doubled'),
  emergencyWays([73], 'nothing can ask a person: a tool that is not allowed is refused at once'),
  at('recovery/emergency/session/records.test.ts')([74], 'what comes from outside cannot end its frame'),
  at('supervisor/decide/people.test.ts')([75], 'is not begun within an hour of the last'),
  at('src/tasks/crash.test.ts')([85], 'dead after %i writes'),
  at('src/tasks/schedule.test.ts')([86], 'comes once on each of 1000 days in %s, whatever the clock does'),
  at('src/agents/extra-mounts.test.ts')([89], 'is judged by its true path'),
  redTeam([90], "it.each(['../evil', 'a;touch x'"),
  redTeam([91], 'other groups from inside an agent'),
  redTeam([92], 'does not lead through the broker to the host, private networks or the metadata address'),
  redTeam([92], 'does not follow a name that changes its address'),
  redTeam([93], "another container's placeholder opens nothing"),
  redTeam([97], 'never follows a link that the agent planted'),
  at('src/agents/host-tools.test.ts')([94], "it.each(['register_group', 'refresh_groups'])"),
  at('src/inbound/judge.test.ts')([95], 'is a command that is refused when its sender is not listed'),
  at('supervisor/http/guard.test.ts')([96], 'on an open bind reading needs the token too'),
];
