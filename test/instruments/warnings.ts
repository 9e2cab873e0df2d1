/** The process warnings of this library, apart from those that Node and the test runner give. */

type CloseWarning = Error & { readonly code?: string }

/** Resolves with the next. */
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
