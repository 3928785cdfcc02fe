/** The path of a small curve, as SVG path data. Pure; gaps in the readings stay gaps in the line. */

export type Point = { at: number; value: number | null };
export type Frame = { width: number; height: number; from: number; to: number };

/** Path data for the points inside the frame's time; the lowest value the axis shows is 0. */
export function drawCurve(points: readonly Point[], frame: Frame): string {
  const top = Math.max(1, ...points.map((point) => point.value ?? 0));
  const scaleX = frame.width / Math.max(1, frame.to - frame.from);
  // One pixel of air above and below keeps the stroke inside the picture.
  const scaleY = (frame.height - 2) / top;
  let pen: 'M' | 'L' = 'M';
  const steps: string[] = [];
  for (const { at, value } of points) {
    if (value === null) {
      pen = 'M';
      continue;
    }
    const x = (at - frame.from) * scaleX;
    const y = frame.height - 1 - value * scaleY;
    steps.push(`${pen}${x.toFixed(1)} ${y.toFixed(1)}`);
    pen = 'L';
  }
  return steps.join('');
}
