// error: Type '"shortest"' is not assignable to type '"longest"'
import { zip } from 'fanpipe'
zip([[1], [2]], { mode: 'shortest', padding: [0, 0] })
