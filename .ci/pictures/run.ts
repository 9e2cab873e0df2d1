/** `npm run pictures` draws the pictures in `docs/pictures` again. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FOLDER, pictures } from './pictures.ts'

const drawn = await pictures()
rmSync(FOLDER, { recursive: true, force: true })
mkdirSync(FOLDER)
for (const [name, svg] of drawn) writeFileSync(join(FOLDER, name), svg)
console.log(`${drawn.size} pictures in ${FOLDER}`)
