/** `keep-server FOLDER` starts a server, prints its port and its process id, and waits until it is killed. */
import { startServer } from '../../examples/support/nats-server.ts'

const { port, process: server } = await startServer(process.argv[2] as string)
process.stdout.write(`${port} ${server.pid}\n`)
