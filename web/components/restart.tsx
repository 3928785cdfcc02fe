/** Restarting by hand: asked twice, because running work is interrupted. */
import { useState } from 'preact/hooks';
import type { Api } from '../api.ts';
import { useReading } from './reading.ts';

type Props = { api: Api; mayAct: boolean; hasToken: boolean };
type Step = 'idle' | 'asking' | 'asked';

export function Restart({ api, mayAct, hasToken }: Props) {
  const { restart } = useReading().text;
  const [step, setStep] = useState<Step>('idle');
  const [failure, setFailure] = useState('');
  const go = () => {
    setFailure('');
    api.restart().then(
      () => setStep('asked'),
      (error: Error) => {
        setStep('idle');
        setFailure(error.message);
      },
    );
  };
  return (
    <p class="acts">
      {step === 'asking' ? (
        <>
          <span>{restart.confirm}</span>
          <button type="button" class="main-act" onClick={go}>
            {restart.yes}
          </button>
          <button type="button" onClick={() => setStep('idle')}>
            {restart.no}
          </button>
        </>
      ) : (
        <button type="button" disabled={!mayAct} onClick={() => setStep('asking')}>
          {restart.ask}
          {!hasToken && ` (${restart.needsToken})`}
        </button>
      )}
      <span role="status">{step === 'asked' && restart.asked}</span>
      <span role="alert">{failure}</span>
    </p>
  );
}
