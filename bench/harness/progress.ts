/** How far a question is: a bar on a terminal, elsewhere a line when it begins and one when it ends. */
import { SingleBar } from 'cli-progress'

export interface Progress {
  step(): void
  end(outcome: string): void
}

export function progress(label: string, steps: number): Progress {
  return process.stderr.isTTY ? bar(label, steps) : lines(label)
}

function bar(label: string, steps: number): Progress {
  const shown = new SingleBar({
    format: `${label} {bar} {value}/{total}, {eta_formatted} to go`,
    stream: process.stderr,
    clearOnComplete: true,
    barsize: 24,
  })
  shown.start(steps, 0)
  return { step: () => shown.increment(), end: () => shown.stop() }
}

function lines(label: string): Progress {
  const began = Date.now()
  console.error(`${label} …`)
  return {
    step: () => undefined,
    end: (outcome) =>
      console.error(`${label}: ${outcome} after ${Math.round((Date.now() - began) / 1000)} s`),
  }
}
