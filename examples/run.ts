/** `npm run example NAME` runs one of the examples; without a name it lists them. */
const names = [
  'multi-csv',
  'log-merge',
  'api-fan-in',
  'telemetry',
  'file-hashing',
  'n-grams',
  'documents',
  'live-topology',
  'processes',
]
const [name = ''] = process.argv.slice(2)

if (names.includes(name)) {
  const { main } = (await import(`./${name}.js`)) as { main(): Promise<void> }
  await main()
} else {
  console.error(`npm run example NAME, where NAME is one of ${names.join(', ')}`)
  process.exitCode = 2
}
