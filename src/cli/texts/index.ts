/** The one catalogue of human texts. English defines the shape; every other language must fill it. */
import { en } from './en.ts';
import { ko } from './ko.ts';
import type { Language } from './language.ts';

export type Texts = typeof en;

export function textsFor(language: Language): Texts {
  return language === 'ko' ? ko : en;
}
