/** Provokes file system errors. */
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

type Fs = typeof fs

/** Replaces a function of `node:fs/promises`, also in modules that have imported it; returns a function that restores it. */
export function replaceFs<K extends keyof Fs>(name: K, make: (original: Fs[K]) => Fs[K]): () => void {
  const original = fs[name]
  const set = (value: Fs[K]): void => {
    fs[name] = value
    syncBuiltinESMExports()
  }
  set(make(original))
  return () => set(original)
}

/** Runs as an unprivileged user, since permissions do not stop root. */
export async function asNobody<R>(run: () => Promise<R>): Promise<R> {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  try {
    return await run()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}
