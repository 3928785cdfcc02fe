/** Who speaks here: the supervisor and the service, with versions. */
import type { SystemStatus } from '../../contracts/status.ts';
import { formatAge } from '../format.ts';
import { useReading } from './reading.ts';

export function Foot({ status }: { status: SystemStatus }) {
  const { text, now } = useReading();
  const { supervisor, service } = status;
  const age = formatAge(now - supervisor.startedAt, text.unit);
  return (
    <footer class="quiet">
      <p>
        {`${text.footer.supervisor} ${supervisor.version} · pid ${supervisor.pid} · `}
        {`${text.footer.runningFor} ${age} · ${text.footer.manager[supervisor.manager]}`}
      </p>
      {service.readiness && (
        <p>{`${text.footer.service} ${service.readiness.version} · ${service.readiness.startId}`}</p>
      )}
    </footer>
  );
}
