// What both builds of programs for Node have in common.

/**
 * The text in ASCII, which V8 keeps in half the space and Node reads without decoding it.
 * @type {import('vite').Plugin}
 */
export const ascii = {
  name: 'ascii',
  // Of what is written: what comes behind renderChunk takes escapes back.
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        const { code } = chunk
        // There an escape would be read as its letters.
        if (/String\.raw`[^`]*[^\0-\x7f`][^`]*`/.test(code))
          throw new Error('String.raw with more than ASCII in it')
        chunk.code = code.replace(
          /[^\0-\x7f]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        )
      }
    },
  },
}
