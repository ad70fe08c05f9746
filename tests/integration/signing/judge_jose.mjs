// Verifies the samples with the npm packages jose and canonicalize; tampered ones must fail.
//   node judge_jose.mjs SAMPLES_FOLDER
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import { calculateJwkThumbprint, errors, flattenedVerify, importJWK, importSPKI } from 'jose'

const root = process.argv[2]
let failed = 0

function check(name, holds) {
  if (holds) return
  failed = 1
  console.error(`WRONG: ${name}`)
}

async function verifies(jws, object, key) {
  const payload = Buffer.from(canonicalize(object)).toString('base64url')
  const [H, , S] = jws.split('.')
  try {
    await flattenedVerify({ protected: H, payload, signature: S }, key, { algorithms: ['EdDSA', 'Ed25519'] })
    return true
  } catch (error) {
    // Any other error is a fault of this judge or of our form, not a verdict.
    if (error instanceof errors.JWSSignatureVerificationFailed) return false
    throw error
  }
}

function reheaded(jws, change) {
  const [H, , S] = jws.split('.')
  const header = JSON.parse(Buffer.from(H, 'base64url'))
  change(header)
  return `${Buffer.from(JSON.stringify(header)).toString('base64url')}..${S}`
}

async function judge(folder, name, other) {
  const read = (file) => readFileSync(join(folder, file), 'utf8')
  const object = JSON.parse(read('object.json'))
  const jwk = JSON.parse(read('key.jwk'))
  const key = await importJWK(jwk, 'EdDSA')
  const jws = read('jws.txt')
  const header = JSON.parse(Buffer.from(jws.split('.')[0], 'base64url'))

  check(`${name}: canonical form`, canonicalize(object) === read('canonical.json'))
  check(`${name}: kid`, (await calculateJwkThumbprint(jwk)) === header.kid && jwk.kid === header.kid)
  check(`${name}: typ`, header.typ === 'sekisho-attestation+jws')
  check(`${name}: signature`, await verifies(jws, object, key))
  check(`${name}: PEM`, await verifies(jws, object, await importSPKI(read('pub.pem'), 'EdDSA')))

  check(`${name}: property added`, !(await verifies(jws, { ...object, x: 1 }, key)))
  for (const property of Object.keys(object)) {
    const { [property]: dropped, ...rest } = object
    check(`${name}: ${property} dropped`, !(await verifies(jws, rest, key)))
    check(`${name}: ${property} changed`, !(await verifies(jws, { ...object, [property]: [dropped] }, key)))
  }
  check(`${name}: max_hops raised`, !(await verifies(reheaded(jws, (h) => { h.max_hops = 7 }), object, key)))
  check(`${name}: role changed`, !(await verifies(reheaded(jws, (h) => { h.role += 'x' }), object, key)))
  check(`${name}: other key`, !(await verifies(jws, object, await importJWK(other, 'EdDSA'))))
}

let count = 0
const keys = readdirSync(root)
for (const key of keys) {
  const otherKey = keys.find((k) => k !== key)
  const other = JSON.parse(readFileSync(join(root, otherKey, 'address', 'key.jwk'), 'utf8'))
  for (const sample of readdirSync(join(root, key))) {
    await judge(join(root, key, sample), `${key}/${sample}`, other)
    count += 1
  }
}
check('8 samples', count === 8)
console.log(`${count} samples judged by jose and canonicalize`)
process.exit(failed)
