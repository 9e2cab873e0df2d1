// prints, for each face, the exports that `require` and `import` do not share
const faces = ['fanpipe', 'fanpipe/iter', 'fanpipe/async', 'fanpipe/nats']
const main = async () => {
  const different = {}
  for (const face of faces) {
    const required = require(face)
    const imported = await import(face)
    const names = new Set([...Object.keys(required), ...Object.keys(imported)])
    different[face] = [...names].filter((name) => required[name] !== imported[name])
  }
  const { OrderError } = await import('fanpipe')
  let isSameClass = false
  try {
    Array.from(require('fanpipe/iter').merge([[2, 1]]))
  } catch (error) {
    isSameClass = error instanceof OrderError
  }
  console.log(JSON.stringify({ different, isSameClass, size: Object.keys(require('fanpipe')).length }))
}
main()
