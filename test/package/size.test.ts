/** The cost of the package: for a web page that bundles it, and on disk. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import t from 'tap'
import { packedFiles } from '../instruments/package.ts'

/** Each was about 10 % above the actual size when last changed. Raise a budget only for something that is worth it. */
const budgets = {
  "import { merge } from 'fanpipe/iter'": 18_000,
  "import * as fanpipe from 'fanpipe/iter'": 50_400,
  "import * as fanpipe from 'fanpipe/async'": 52_200,
  'files in the package': 2_150,
  'bytes in the package': 7_300_000,
}

/** The size in bytes of an import and its dependencies, minified and compressed. */
async function bundledSize(statement: string): Promise<number> {
  const [, names, face] = /^import (.*) from 'fanpipe\/(\w+)'$/.exec(statement) as unknown as string[]
  const { outputFiles } = await build({
    stdin: { contents: `export ${names} from './${face}.js'`, resolveDir: 'dist' },
    bundle: true,
    format: 'esm',
    minify: true,
    platform: 'browser',
    write: false,
  })
  return gzipSync((outputFiles[0] as { contents: Uint8Array }).contents, { level: 9 }).length
}

const readme = readFileSync('README.md', 'utf8')

for (const [name, budget] of Object.entries(budgets)) {
  if (!name.startsWith('import')) continue
  t.test(`${name} is within its budget, and the README says its size`, async (t) => {
    const size = await bundledSize(name)
    t.ok(size <= budget, `${size} of ${budget} bytes`)
    t.ok(size > budget / 2, `${size} bytes: the budget of ${budget} can be lowered`)
    const row = readme.split('\n').find((line) => line.includes(`\`${name}\``))
    const stated = Number(/\| +(\d+) kB +\|$/.exec(row ?? '')?.[1]) * 1000
    t.ok(
      Math.abs(stated - size) <= Math.max(size / 10, 500),
      `${stated} bytes in the README, ${size} measured`,
    )
  })
}

t.test('the package is within its budget', async (t) => {
  const files = packedFiles()
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  t.ok(files.length <= budgets['files in the package'], `${files.length} files`)
  t.ok(bytes <= budgets['bytes in the package'], `${bytes} bytes`)
})
