/* The colour table on planar YUV 4:2:0, 8 bits. Portable C99, called through ctypes, so no Python.h.
 * Must agree bit for bit with reference.py. */

#include <stddef.h>
#include <stdint.h>

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

enum { CODES = 65536, TONES = 256, ROW = TONES + 2 * 64 };

/* Lines may be padded, or run upwards (a negative distance). */
typedef struct {
    uint8_t *y, *u, *v;
    ptrdiff_t y_line, u_line, v_line;
} Planes;

/* Lists, ascending, the (U << 8 | V) of a chroma plane whose `index` is 0. `seen` is CODES zeros on entry. */
EXPORT int32_t clipkit_missing(const Planes *in, ptrdiff_t width, ptrdiff_t height, const uint32_t *index,
                               uint8_t *seen, uint16_t *codes)
{
    int32_t count = 0;
    int any = 0;
    for (ptrdiff_t row = 0; row < height; row++) {
        const uint8_t *u = in->u + row * in->u_line, *v = in->v + row * in->v_line;
        for (ptrdiff_t x = 0; x < width; x++) {
            const unsigned code = (unsigned)(u[x] << 8 | v[x]);
            if (!index[code])
                any = seen[code] = 1;
        }
    }
    for (int32_t code = 0; any && code < CODES; code++)
        if (seen[code])
            codes[count++] = (uint16_t)code;
    return count;
}

/* `index` leads from U << 8 | V to a row of `rows`: 256 values of luma by luma, then 64 pairs Cb, Cr by the mean of the
 * cell's luma >> 2. Width and height are those of luma. At an odd edge a cell's missing samples repeat its last ones,
 * which leaves the rounded mean exact. */
EXPORT void clipkit_apply(const Planes *in, const Planes *out, ptrdiff_t width, ptrdiff_t height,
                          const uint32_t *index, const uint8_t *rows)
{
    for (ptrdiff_t top = 0, row = 0; top < height; top += 2, row++) {
        const ptrdiff_t low = top + 1 < height ? top + 1 : top;
        const uint8_t *y0 = in->y + top * in->y_line, *y1 = in->y + low * in->y_line;
        const uint8_t *u = in->u + row * in->u_line, *v = in->v + row * in->v_line;
        uint8_t *to0 = out->y + top * out->y_line, *to1 = out->y + low * out->y_line;
        uint8_t *to_u = out->u + row * out->u_line, *to_v = out->v + row * out->v_line;
        for (ptrdiff_t left = 0, x = 0; left < width; left += 2, x++) {
            const ptrdiff_t right = left + 1 < width ? left + 1 : left;
            const uint8_t *tone = rows + (size_t)index[u[x] << 8 | v[x]] * ROW;
            const unsigned a = y0[left], b = y0[right], c = y1[left], d = y1[right];
            const uint8_t *pair = tone + TONES + ((a + b + c + d + 2) >> 4) * 2;
            to0[left] = tone[a];
            to0[right] = tone[b];
            to1[left] = tone[c];
            to1[right] = tone[d];
            to_u[x] = pair[0];
            to_v[x] = pair[1];
        }
    }
}

/* setuptools asks MSVC to export this name from every extension; nobody imports the module. */
EXPORT void *PyInit__kernel(void)
{
    return NULL;
}
