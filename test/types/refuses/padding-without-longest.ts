// error: No overload matches this call
import { zip } from 'fanpipe'
zip([[1], [2]], { mode: 'shortest', padding: [0, 0] })
