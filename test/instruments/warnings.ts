/** Process warnings emitted by this library, as opposed to those of Node and the test runner. */

type CloseWarning = Error & { readonly code?: string }

/** Resolves with the next warning of the library. */
export function closeWarning(): Promise<CloseWarning> {
  return new Promise((resolve) => {
    const note = (warning: CloseWarning): void => {
      if (warning.code !== 'ERR_FANPIPE_CLOSE') return
      process.off('warning', note)
      resolve(warning)
    }
    process.on('warning', note)
  })
}
