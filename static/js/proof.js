// The proof of work (mailings/proof_of_work.py): for each part, finds a number such that the SHA-256 of
// "seed:part:number" begins with BITS zeros. Works in short pieces, so that the page can be read and filled meanwhile.
// As in mailings/proof_of_work.py.
const PARTS = 16;
const BITS = 14;
const PIECE = 24; // milliseconds

// The first 32 bits of the fractional parts of the roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3).
const primes = [];
for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime)) primes.push(n);
const bits = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
const K = Int32Array.from(primes, (prime) => bits(Math.cbrt(prime)));
const START = Int32Array.from(primes.slice(0, 8), (prime) => bits(Math.sqrt(prime)));
const words = new Int32Array(64);

// The first 32 bits of the SHA-256 of a text of at most 55 ASCII characters: one block.
function firstWord(text) {
  words.fill(0, 0, 16);
  for (let i = 0; i < text.length; i += 1) words[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
  words[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
  words[15] = text.length * 8;
  for (let i = 16; i < 64; i += 1) {
    const x = words[i - 15];
    const y = words[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
  }
  let a = START[0], b = START[1], c = START[2], d = START[3];
  let e = START[4], f = START[5], g = START[6], h = START[7];
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0;
    d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  return (a + START[0]) >>> 0;
}

function solve(seed, done) {
  const found = [];
  let number = 0;
  let prefix = `${seed}:0:`;
  function piece() {
    const end = performance.now() + PIECE;
    while (performance.now() < end) {
      for (let i = 0; i < 200; i += 1) {
        if (firstWord(prefix + number) >>> (32 - BITS) === 0) {
          found.push(number);
          if (found.length === PARTS) { done(found.join(".")); return; }
          number = -1;
          prefix = `${seed}:${found.length}:`;
        }
        number += 1;
      }
    }
    setTimeout(piece);
  }
  piece();
}

const box = document.querySelector(".proof");
if (box) {
  const form = box.closest("form");
  const status = box.querySelector("[role=status]");
  const input = form.elements.proof;
  const { challenge } = box.dataset;
  let pressed = null;
  box.hidden = false;
  status.textContent = status.dataset.working;
  // Pressed too early: the form goes by itself as soon as the device is ready.
  form.addEventListener("submit", (event) => {
    if (input.value) return;
    event.preventDefault();
    pressed = { button: event.submitter };
    status.textContent = status.dataset.pressed;
  });
  setTimeout(() => solve(challenge.split(":")[0], (numbers) => {
    input.value = `${challenge}~${numbers}`;
    status.textContent = status.dataset.done;
    if (pressed) form.requestSubmit(pressed.button);
  }));
}
