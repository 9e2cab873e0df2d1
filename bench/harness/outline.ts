/** What a question tells of itself without being asked: all but its functions, so that it can leave its process. */
import type { Curve, Question, Race } from '../question.ts'

export type Outline = RaceOutline | CurveOutline
export type RaceOutline = Omit<Race, 'ways'> & { readonly ways: readonly string[] }
export type CurveOutline = Omit<Curve, 'series'> & { readonly series: readonly string[] }

export function outline(question: Question): Outline {
  return question.kind === 'race'
    ? { ...question, ways: Object.keys(question.ways) }
    : { ...question, series: Object.keys(question.series) }
}
