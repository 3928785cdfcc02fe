import { describe, expect, it } from 'vitest';
import { type Asked, judge, type Said } from './judge.ts';

const asked: Asked[] = [
  { number: 1, where: 'a' },
  { number: 2, where: 'a' },
  { number: 3, where: 'b' },
];
const said = (where: string, ...numbers: number[]): Said => ({
  where,
  text: numbers.map((number) => `answer to ${number}`).join('\n'),
});
const clean = { asked: 3, lost: [], twice: [], misplaced: [], disordered: 0 };

describe('the judge', () => {
  it.each<[string, Said[], object]>([
    ['finds nothing where all was answered once, in place and in order', [said('a', 1, 2), said('b', 3)], {}],
    ['finds what nobody answered', [said('a', 1, 2)], { lost: [3] }],
    ['finds what was answered twice', [said('a', 1, 2), said('b', 3), said('b', 3)], { twice: [3] }],
    [
      'finds what was answered elsewhere',
      [said('a', 1, 2), said('c', 3)],
      { misplaced: ['3 asked in b, answered in c'] },
    ],
    [
      'finds an answer to what nobody asked',
      [said('a', 1, 2), said('b', 3, 9)],
      { misplaced: ['9 asked in undefined, answered in b'] },
    ],
    ['finds answers out of order', [said('a', 2), said('a', 1), said('b', 3)], { disordered: 1 }],
    ['keeps no order between places', [said('b', 3), said('a', 1, 2)], {}],
  ])('%s', (_title, heard, found) => {
    expect(judge(asked, heard)).toEqual({ ...clean, ...found });
  });

  it('lets a question that was taken back go unanswered, but not be answered twice', () => {
    const withdrawn = [{ number: 1, where: 'a', isWithdrawn: true }];
    expect(judge(withdrawn, [])).toMatchObject({ lost: [], twice: [] });
    expect(judge(withdrawn, [said('a', 1), said('a', 1)])).toMatchObject({ lost: [], twice: [1] });
  });

  it('asks for no order of a question whose place in it nobody knows, and still of those around it', () => {
    const mixed = [
      { number: 1, where: 'a' },
      { number: 2, where: 'a', isUnordered: true },
      ...asked.slice(2),
    ];
    expect(judge(mixed, [said('a', 2, 1), said('b', 3)])).toEqual(clean);
    const around = [...mixed, { number: 4, where: 'a' }];
    expect(judge(around, [said('a', 4, 2, 1), said('b', 3)])).toMatchObject({ disordered: 1 });
  });
});
