/** Deliberate faults, each of which must be detected by some law or contract. */

export interface Mutant {
  /** What the fault does. */
  readonly what: string
  readonly file: string
  /** Must occur in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** The laws and contracts that should detect it, the likeliest first. */
  readonly kills: readonly string[]
}

const law = (name: string): string => `test/laws/${name}.test.ts`
const CLOSE = law('c1-close-once')
const EAGER = law('e1-equivalence')
const ORDER = law('m1-order')
const LAZY = law('l1-laziness')
const LOSS = law('x1-no-silent-loss')
const COST = law('t1-cost')
const FRESH = law('fr-freshness')
const TREES = law('trees')
const TIMING = law('dtr-determinism')
const READABLE = 'test/contract/readable.test.ts'
const FILES = 'test/contract/sources.test.ts'
const MULTICAST = 'test/fan-out/multicast.test.ts'
const BALANCE = 'test/fan-out/balance.test.ts'
const LEFT_OPEN = 'test/from/left-open/left-open.test.ts'
const LOG_TIME = 'test/keys/log-time.test.ts'
const SYSLOG_TIME = 'test/keys/syslog-time.test.ts'
const JSON_TIME = 'test/keys/json-time.test.ts'
const LEFT_OPEN_LOSS = 'test/from/left-open/no-silent-loss.test.ts'
const STALL = 'test/fan-out/waits.test.ts'

const kernel = (name: string): string => `lib/kernel/${name}.ts`
const from = (name: string): string => `lib/from/${name}.ts`
const to = (name: string): string => `lib/to/${name}.ts`
const fanIn = (name: string): string => `lib/fan-in/${name}.ts`
const fanOut = (name: string): string => `lib/fan-out/${name}.ts`
const key = (name: string): string => `lib/keys/${name}.ts`
const stage = (name: string): string => `lib/stages/${name}.ts`

export const mutants: readonly Mutant[] = [
  // closing: never, twice, late, too much
  {
    what: 'an iterator is never closed',
    file: from('iteration'),
    find: 'closing(() => void this.iterator.return?.())',
    replace: 'closing(() => undefined)',
    kills: [CLOSE],
  },
  {
    what: 'an iterator is closed twice',
    file: from('iteration'),
    find: 'closing(() => void this.iterator.return?.())',
    replace: 'closing(() => void (this.iterator.return?.(), this.iterator.return?.()))',
    kills: [CLOSE],
  },
  {
    what: 'an iterator is closed after its own end',
    file: from('iteration'),
    find: '      this.#over = true\n      return DONE',
    replace: '      this.iterator.return?.()\n      this.#over = true\n      return DONE',
    kills: [CLOSE],
  },
  {
    what: 'an iterator is pulled again after its end',
    file: from('iteration'),
    find: '      this.#over = true\n      return DONE',
    replace: '      this.iterator.next()\n      this.#over = true\n      return DONE',
    kills: [CLOSE],
  },
  {
    what: 'an async iterator is never closed',
    file: from('async-iterable'),
    find: '() => iterator.return?.())\n    return this.#closing',
    replace: '() => iterator)\n    return this.#closing',
    kills: [CLOSE],
  },
  {
    what: 'an async iterator is closed again when closing is repeated',
    file: from('async-iterable'),
    find: '    if (this.#over) return this.#closing\n',
    replace: '',
    kills: [CLOSE],
  },
  {
    what: 'asynchronous inputs are closed a turn late',
    file: kernel('cleanup'),
    find: '      result = close()',
    replace: '      setImmediate(close)',
    kills: [CLOSE],
  },
  {
    what: 'an async run that fails is not closed',
    file: kernel('root'),
    find: '    return this.close(error)\n',
    replace: '',
    kills: [CLOSE, READABLE],
  },
  {
    what: 'the siblings of an input that fails to open stay open',
    file: fanIn('inputs'),
    find: '      void closeAll(cursors)\n',
    replace: '',
    kills: [CLOSE],
  },
  {
    what: 'a chain does not close its current input',
    file: fanIn('chain'),
    find: '[this.#inputs] : [this.#current, this.#inputs]',
    replace: '[this.#inputs] : [this.#inputs]',
    kills: [CLOSE],
  },
  {
    what: 'a lazy list of inputs stays open',
    file: fanIn('chain'),
    find: '[this.#inputs] : [this.#current, this.#inputs]',
    replace: '[] : [this.#current]',
    kills: [CLOSE],
  },
  {
    what: 'the first branch to leave closes the source',
    file: fanOut('hub'),
    find: 'if (this.#isUnused) {',
    replace: 'if (this.delivery.open >= 0) {',
    kills: [CLOSE],
  },
  {
    what: 'a branch that has left holds up the others',
    file: fanOut('lag'),
    find: 'closed ? Infinity :',
    replace: 'maxlen === 0 ? Infinity :',
    kills: [COST],
  },
  {
    what: 'a stream is not destroyed',
    file: from('readable/lifecycle'),
    find: 'if (!this.#hasClosed) this.stream.destroy()',
    replace: '',
    kills: [READABLE],
  },
  // items lost, duplicated, swapped
  {
    what: 'the last item of an array is lost',
    file: from('iterable'),
    find: 'this.#index < this.#array.length ?',
    replace: 'this.#index < this.#array.length - 1 ?',
    kills: [ORDER],
  },
  {
    what: 'a hub keeps each item twice',
    file: fanOut('delivery/broadcast'),
    find: 'if (this.open > 0) this.#items.push(item, this.open)',
    replace: 'for (let i = 0; i < 2; i++) this.#items.push(item, this.open)',
    kills: [EAGER],
  },
  {
    what: 'a ring forgets the oldest item when it grows',
    file: fanOut('delivery/ring'),
    find: 'let position = this.#tail;',
    replace: 'let position = this.#tail + 1;',
    kills: [COST],
  },
  {
    what: 'the outputs of a fork are swapped',
    file: 'lib/api/fork.ts',
    find: 'forkPlan(stages, options, planFor)',
    replace: 'forkPlan([...stages].reverse(), options, planFor)',
    kills: [EAGER],
  },
  {
    what: 'composed stages run in the wrong order',
    file: stage('compose'),
    find: 'plans.reduce(',
    replace: 'plans.reduceRight(',
    kills: [EAGER],
  },
  {
    what: 'every item written is emitted twice',
    file: from('inlet'),
    find: 'this.#items[this.#next++] as T',
    replace: 'this.#items[this.#next++ && 0] as T',
    kills: [READABLE],
  },
  {
    what: 'every other item of a stream is lost',
    file: from('readable/cursors'),
    find: 'const item = this.stream.read() as T | null',
    replace: 'const item = (this.stream.read(), this.stream.read()) as T | null',
    kills: [READABLE],
  },
  {
    what: 'roundRobin loses an input when another drops out',
    file: fanIn('round-robin'),
    find: 'if (this.#gaps > 0) this.#moveUp(cursor)',
    replace: '',
    kills: [EAGER, ORDER],
  },
  {
    what: 'roundRobin skips an input that is not ready',
    file: fanIn('round-robin'),
    find: 'if (step === PENDING) return PENDING',
    replace: 'if (step === PENDING) {\n        this.#turn++\n        return PENDING\n      }',
    kills: [TIMING],
  },
  {
    what: 'zip processes an input that has an item before one that is pending',
    file: fanIn('zip/zip-cursor'),
    find: '        return PENDING\n      } else',
    replace: '        if (this.#tuple.every((step) => step !== DONE)) return PENDING\n      } else',
    kills: [TIMING, TREES],
  },
  {
    what: 'zip forgets the error of an input while waiting for another',
    file: fanIn('zip/zip-cursor'),
    find: 'if (failure !== undefined)',
    replace: 'if (failure !== undefined && this.#accepted === this.#tuple.length - 1)',
    kills: [TIMING, LOSS, TREES],
  },
  {
    what: 'delayed errors are forgotten',
    file: fanIn('delayed-errors'),
    find: 'if (!isItem(step) && step === DONE) this.#throwDelayed()',
    replace: '',
    kills: [LOSS],
  },
  {
    what: 'a dropped input stays open',
    file: fanIn('inputs'),
    find: '    void cursor.close()\n    return end',
    replace: '    return end',
    kills: ['test/fan-in/input-errors.test.ts'],
  },
  {
    what: 'an error that was read ahead arrives before the items preceding it',
    file: fanIn('read-ahead'),
    find: 'if (this.#held.length > 0) {',
    replace: 'if (this.#held.length > 0 && this.#failure === undefined) {',
    kills: [LOSS, TIMING],
  },
  // ties and order
  {
    what: 'a tie of strings or Dates goes to the later input',
    file: fanIn('tournament'),
    find: 'indexA < indexB ? !beats(b.key, a.key) : beats(a.key, b.key)',
    replace: 'indexA > indexB ? !beats(b.key, a.key) : beats(a.key, b.key)',
    kills: [ORDER],
  },
  {
    what: 'a tie of numbers goes to the later input',
    file: fanIn('merge/number-tree'),
    find: 'Number(loser < winner)',
    replace: 'Number(loser > winner)',
    kills: [ORDER],
  },
  {
    what: 'a tie of times goes to the later input',
    file: fanIn('merge-bounded-lateness/window'),
    find: 'a.input < b.input',
    replace: 'a.input > b.input',
    kills: [ORDER],
  },
  {
    what: 'an item without a key is emitted as undefined',
    file: fanIn('merge/keyed-items'),
    find: 'this.#slot.item = step',
    replace: 'this.#slot.item = undefined',
    kills: [EAGER],
  },
  {
    what: 'followers of an item with a time are lost',
    file: fanIn('merge-bounded-lateness/follow-window'),
    find: 'this.#next = entry.follower',
    replace: 'this.#next = undefined',
    kills: [EAGER],
  },
  {
    what: 'reverse also reverses ties',
    file: fanIn('merge/number-tree'),
    find: 'return keyOfA < keyOfB || (keyOfA === keyOfB && a < b)',
    replace: 'return keyOfA < keyOfB || (keyOfA === keyOfB && a > b)',
    kills: [ORDER],
  },
  {
    what: 'key is called twice for an item',
    file: fanIn('merge/heads'),
    find: '      itemKey = readKey(item)\n',
    replace: '      readKey(item)\n      itemKey = readKey(item)\n',
    kills: [ORDER],
  },
  {
    what: 'a minute read from bytes is taken for the previous one although its last digits differ',
    file: key('iso-bytes-reader'),
    find: 'word3 !== last3 || ',
    replace: '',
    kills: ['test/keys/iso-bytes-reader.test.ts'],
  },
  {
    what: 'a key is read from the bytes of another line',
    file: 'lib/sources/file-lines.ts',
    find: 'this.#offset + start',
    replace: 'start',
    kills: ['test/keys/iso-bytes-reader.test.ts'],
  },
  // bounds, laziness
  {
    what: 'a branch may lead by one too many',
    file: fanOut('lag'),
    find: ': delivered + toSkip + maxlen',
    replace: ': delivered + toSkip + maxlen + 1',
    kills: [COST],
  },
  {
    what: 'a branch may lead by one too few',
    file: fanOut('lag'),
    find: ': delivered + toSkip + maxlen',
    replace: ': delivered + Math.max(1, maxlen - 1)',
    kills: [COST],
  },
  {
    what: 'unread items in the buffer of a Readable count as delivered',
    file: 'lib/streams/branch-readable.ts',
    find: 'const length = this.readableLength\n',
    replace: 'const length = 0\n',
    kills: [COST],
  },
  {
    what: 'a branch that waits is not woken',
    file: fanOut('branch'),
    find: '    this.#waitsFor = undefined\n    this.#scope?.wake()',
    replace: '    this.#waitsFor = undefined',
    kills: [COST],
  },
  {
    what: 'a branch that waits for others is not woken',
    file: fanOut('branch'),
    find: "if (this.#waitsFor === 'others') this.wake()",
    replace: '',
    kills: [COST],
  },
  {
    what: 'a waiting branch continues before the branch that moved has received its item',
    file: fanOut('delivery/broadcast'),
    find: 'if (this.#blocked.isWatched(branch)) this.#unblockSoon()',
    replace: 'if (this.#blocked.isWatched(branch)) this.#unblock()',
    kills: [COST],
  },
  {
    what: 'a fence pulls and emits one item too many',
    file: stage('fence'),
    find: 'this.#remaining = k\n',
    replace: 'this.#remaining = k + 1\n',
    kills: [LAZY],
  },
  {
    what: 'a fence pulls one item too many before it closes',
    file: stage('fence'),
    find: 'if (--this.#remaining === 0) void this.#closing.begin()',
    replace:
      'if (--this.#remaining === 0) {\n      this.#upstream.next()\n      void this.#closing.begin()\n    }',
    kills: [LAZY],
  },
  {
    what: 'fence(0) opens its source',
    file: stage('fence'),
    find: 'k === 0 ? EMPTY',
    replace: 'k === -1 ? EMPTY',
    kills: [LAZY],
  },
  {
    what: 'an async source is read ahead without being asked to',
    file: from('async-iterable'),
    find: '    this.#index++\n    return value',
    replace: '    this.#index++\n    this.#request()\n    return value',
    kills: [LAZY],
  },
  {
    what: 'a chain opens the next input too early',
    file: fanIn('chain'),
    find: '      this.#openNext()\n    } catch',
    replace: '      this.#openNext()\n      inputs.open()\n    } catch',
    kills: [LAZY],
  },
  {
    what: 'a Readable keeps reading although its buffer is full',
    file: to('pump'),
    find: 'if (!stream.push(step)) {',
    replace: 'if (!stream.push(step) && this.#index > 40) {',
    kills: [LAZY],
  },
  {
    what: 'a run is opened before its first demand',
    file: kernel('root'),
    find: '    this.#signal = options.signal\n',
    replace: '    this.#signal = options.signal\n    queueMicrotask(() => void this.open())\n',
    kills: [LAZY],
  },
  // errors swallowed, changed, early
  {
    what: 'an error of an async source is taken for its end',
    file: from('async-iterable'),
    find: '      this.#over = true\n      throw this.#scope.normalizeError(error, this.#place',
    replace:
      '      this.#over = true\n      if (this.#over) return { done: true, value: undefined }\n      throw this.#scope.normalizeError(error, this.#place',
    kills: [LOSS],
  },
  {
    what: 'an error of an iterator is taken for its end',
    file: from('iteration'),
    find: 'throw this.toError(error)',
    replace: 'return DONE',
    kills: [LOSS],
  },
  {
    what: 'an error overtakes items buffered by a Readable',
    file: to('pump'),
    find: '    this.#failure = error\n',
    replace: '    this.#failure = error\n    this.#stream.destroy(error)\n',
    kills: [LOSS],
  },
  {
    what: 'an item does not wake the branches that wait for one',
    file: fanOut('hub'),
    find: 'this.#isAwaited = true',
    replace: '',
    kills: [MULTICAST],
  },
  {
    what: 'an error reaches one branch only',
    file: fanOut('shared-source'),
    find: 'if (this.#failure !== undefined) throw this.prefixOrigin(this.#failure.error, place)\n    return DONE',
    replace: 'return DONE',
    kills: [LOSS],
  },
  {
    what: 'the input of an error is unknown',
    file: kernel('place'),
    find: 'if (isObject(error)) place.origins.note(',
    replace: 'if (isObject(error) && place.index < 0) place.origins.note(',
    kills: [LOSS],
  },
  {
    what: 'a premature close of a stream is taken for slowness',
    file: from('readable/lifecycle'),
    find: '    if (!this.#hasEnded) this.#fail(prematureClose())\n    this.#onClosed',
    replace: '    this.#onClosed',
    kills: [READABLE],
  },
  {
    what: 'an abort is not noticed by an async run',
    file: kernel('root'),
    find: 'this.#unlisten = failOnAbort(this.#signal, (error) => wakers.fail(error))',
    replace: 'this.#unlisten = undefined',
    kills: [TREES],
  },
  {
    what: 'an abort is not noticed by a sync run',
    file: kernel('root'),
    find: "this.#polls = face === 'iter' &&",
    replace: "this.#polls = face !== 'iter' &&",
    kills: [TREES],
  },
  // a balance
  {
    what: 'an item for a branch that leaves is lost',
    file: fanOut('delivery/balance'),
    find: '      this.push(item)\n',
    replace: '',
    kills: [BALANCE],
  },
  {
    what: 'a fast branch takes everything',
    file: fanOut('delivery/balance'),
    find: 'if (branch === this.#served && this.#asking.size === 0) return false',
    replace: '',
    kills: [BALANCE],
  },
  {
    what: 'a branch ends while it may still receive the item of a branch that leaves',
    file: fanOut('delivery/balance'),
    find: 'if (this.#given.size === 0) return false',
    replace: 'if (this.#given.size >= 0) return false',
    kills: [BALANCE],
  },
  // waits for a branch
  {
    what: 'a Readable that reads ahead waits for others',
    file: fanOut('delivery/broadcast'),
    find: 'if (hasDemand) for',
    replace: 'for',
    kills: [STALL],
  },
  {
    what: 'a paused Readable still waits',
    file: fanOut('waits'),
    find: 'branch.blocked && branch.hasDemand',
    replace: 'branch.blocked',
    kills: [STALL],
  },
  {
    what: 'a branch that makes progress still counts as stalling',
    file: fanOut('waits'),
    find: 'wait !== undefined && limitOf(branch) > wait.limit',
    replace: 'wait !== undefined && limitOf(branch) < wait.limit',
    kills: [STALL],
  },
  // leaks
  {
    what: "a listener for 'end' is leaked",
    file: from('readable/lifecycle'),
    find: "    stream.removeListener('end', this.#onEnd)\n",
    replace: '',
    kills: [READABLE],
  },
  {
    what: 'a listener on the signal is leaked',
    file: kernel('abort'),
    find: "    signal.removeEventListener('abort', aborted)\n",
    replace: '',
    kills: [READABLE],
  },
  {
    what: 'the timer of closeTimeout is leaked',
    file: kernel('cleanup'),
    find: '        clearTimeout(timer)\n',
    replace: '',
    kills: [READABLE],
  },
  {
    what: 'a file stays open',
    file: 'lib/sources/file-bytes.ts',
    find: '    await this.#file?.close()\n',
    replace: '',
    kills: [FILES],
  },
  {
    what: 'truncated gzip data ends as if it were complete',
    file: 'lib/sources/gzip-decoder.ts',
    find: "    if (this.#section !== 'between') throw",
    replace: "    if (this.#section === 'header') throw",
    kills: ['test/sources/gunzip.test.ts'],
  },
  {
    what: 'a lone CR in a long chunk of rows is taken for text',
    file: 'lib/sources/csv-check.ts',
    find: 'if (fresh.includes(CR) || (',
    replace: 'if ((',
    kills: ['test/sources/csv-check.test.ts'],
  },
  {
    what: 'an escape character before the quote that ends a cell is taken for the escape of that quote',
    file: 'lib/sources/csv-check.ts',
    find: '(next === this.#quote || next === byte)',
    replace: 'next === this.#quote',
    kills: ['test/sources/cut-anywhere.test.ts'],
  },
  {
    what: 'a file that is still being opened stays open',
    file: 'lib/sources/file-blocks.ts',
    find: '    await this.#reading.catch(() => undefined)\n',
    replace: '',
    kills: ['test/sources/file-lines.test.ts'],
  },
  // state shared between two openings
  {
    what: 'a step keeps its state from run to run',
    file: stage('step'),
    find: 'stepPlan(() => factory())',
    replace: 'stepPlan(((step) => () => step)(factory()))',
    kills: [FRESH],
  },
  {
    what: 'a one-shot source is opened twice',
    file: kernel('ownership'),
    find: "  used.set(subject, 'opened')\n}\n\nexport function openRecipe",
    replace: '}\n\nexport function openRecipe',
    kills: [FRESH],
  },
  {
    what: 'a one-shot iterator is empty the second time',
    file: from('iterable'),
    find: "if (iterator === iterable && !(DEPTH in iterator)) openOnce(iterator, argument, 'an iterator')",
    replace: '',
    kills: [FRESH],
  },

  // inputs that are left open
  {
    what: 'the heads of a merge are not put back',
    file: fanIn('merge/merge-cursor'),
    find: 'if (!input.out && input !== delivered) input.cursor',
    replace: 'if (input.out) input.cursor',
    kills: [LEFT_OPEN],
  },
  {
    what: 'a head is not put back after an error of compare, which came after it had replaced the one before',
    file: fanIn('merge/merge-cursor'),
    find: '      this.#isDelivered = false\n',
    replace: '',
    kills: [LEFT_OPEN],
  },
  {
    what: 'a Readable reads ahead of an input that is left open',
    file: to('pump'),
    find: 'state.highWaterMark = 0',
    replace: 'void state',
    kills: [LEFT_OPEN],
  },
  {
    what: 'items are put back in the wrong order',
    file: from('left-open/left-open-readable'),
    find: 'of items.reverse()',
    replace: 'of items',
    kills: [LEFT_OPEN],
  },
  {
    what: 'items still held after their input has ended are lost silently',
    file: from('left-open/left-open-readable'),
    find: 'if (this.#isClosed) this.#lose([item])',
    replace: 'if (this.#isClosed) return',
    kills: [LEFT_OPEN_LOSS],
  },
  {
    what: 'items that were read ahead are put back into the input of the latest item',
    file: 'lib/fan-in/read-ahead.ts',
    find: 'this.#lenders?.shift()?.takeBack(item)',
    replace: 'this.#cursor.lender?.()?.takeBack(item)',
    kills: [LEFT_OPEN_LOSS],
  },

  // sinks and taps
  {
    what: 'a target that was full when an item arrived is written to before it has drained',
    file: 'lib/streams/target-writer.ts',
    find: 'if (this.target.needsDrain) return this.#leaveIfStalled()\n',
    replace: '',
    kills: ['test/streams/target-writers.test.ts'],
  },
  {
    what: 'a tap drops the newest item instead of the oldest',
    file: stage('tap-cursor'),
    find: '    this.#queue.shift()\n    this.#queue.push(item)\n',
    replace: '',
    kills: ['test/stages/tap.test.ts'],
  },

  // times in lines
  {
    what: 'a time without a year may be after `before`',
    file: key('yearless-reader'),
    find: '!(time <= limit) && earlier >= first',
    replace: 'Number.isNaN(time) && earlier >= first',
    kills: [SYSLOG_TIME],
  },
  {
    what: 'a number that is cut off counts as a time',
    file: key('json-reader'),
    find: 'isEndOfValue(text.charCodeAt(end)) ?',
    replace: 'end === text.length || isEndOfValue(text.charCodeAt(end)) ?',
    kills: [JSON_TIME],
  },
  {
    what: 'a time after an invalid one is taken as that of the line',
    file: key('log-reader'),
    find: 'return isAmbiguousAt(text, at) ? NaN : undefined',
    replace: 'return undefined',
    kills: [LOG_TIME],
  },
  {
    what: 'an error names the row that was taken last instead of the row of the item',
    file: stage('filter'),
    find: 'this.inputOrigin(this.#latest)',
    replace: 'this.inputOrigin(this.inputIndex)',
    kills: ['test/kernel/item-origin.test.ts'],
  },
  {
    what: 'a chain continues the item numbers of the previous input',
    file: fanIn('chain'),
    find: '      this.#givenBefore = this.#given\n',
    replace: '',
    kills: ['test/kernel/item-origin.test.ts'],
  },
]
