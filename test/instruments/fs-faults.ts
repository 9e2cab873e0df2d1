/** What a file system may do to us, done on purpose. */
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

type Fs = typeof fs

/** Puts another function in the place of one of `node:fs/promises`, also for what has imported it; undone by what it returns. */
export function replaceFs<K extends keyof Fs>(name: K, make: (original: Fs[K]) => Fs[K]): () => void {
  const original = fs[name]
  const set = (value: Fs[K]): void => {
    fs[name] = value
    syncBuiltinESMExports()
  }
  set(make(original))
  return () => set(original)
}

/** Runs as a user whom permissions stop: root reads every file. */
export async function asNobody<R>(run: () => Promise<R>): Promise<R> {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    return await run()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}
