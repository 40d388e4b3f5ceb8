/* The colour tables on planar YUV 4:2:0: the exact one of 8 bits, the lattice for 10. Portable C99, called through
 * ctypes, so no Python.h. Must agree bit for bit with reference.py. */

#include <stddef.h>
#include <stdint.h>

#if !defined(CLIPKIT_PORTABLE) && (defined(__SSE2__) || defined(_M_X64))
#define WITH_SSE2
#include <emmintrin.h>
#endif

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

/* What the tables look like, so that a library left from another version of clipkit is not used. */
EXPORT int32_t clipkit_tables(void)
{
    return 2;
}

enum { CODES = 65536, TONES = 256, ROW = TONES + 2 * TONES };

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

/* `index` leads from U << 8 | V to a row of `rows`: 256 values of luma by luma, then 256 pairs Cb, Cr by the mean luma
 * of the cell. Width and height are those of luma. At an odd edge a cell's missing samples repeat its last ones,
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
            const uint8_t *pair = tone + TONES + ((a + b + c + d + 2) >> 2) * 2;
            to0[left] = tone[a];
            to0[right] = tone[b];
            to1[left] = tone[c];
            to1[right] = tone[d];
            to_u[x] = pair[0];
            to_v[x] = pair[1];
        }
    }
}

/* The lattice: 128 x 128 cells of 8 codes of U and V. A cell's row holds the values at its four corners side by side,
 * for each node of luma: 257 of luma, a node every 4 codes, then 66 of Cb and as many of Cr, a node every 16 of the mean
 * luma. So what a colour lies between are 8 words in a row, one load; all values are times 128, and fit a signed word. */
enum { SIDE = 128, CELLS = SIDE * SIDE, LUMAS = 4 * 257, MEANS = 4 * 66, DEEP_ROW = LUMAS + 2 * MEANS };

static const uint16_t *deep(const uint8_t *plane, ptrdiff_t line, ptrdiff_t row)
{
    return (const uint16_t *)(const void *)(plane + row * line);
}

static unsigned cell_of(unsigned u, unsigned v)
{
    return (u & 1023) >> 3 << 7 | (v & 1023) >> 3;
}

/* As clipkit_missing, the cells of the lattice. `seen` is CELLS zeros on entry. */
EXPORT int32_t clipkit_missing10(const Planes *in, ptrdiff_t width, ptrdiff_t height, const uint32_t *index,
                                 uint8_t *seen, uint16_t *cells)
{
    int32_t count = 0;
    for (ptrdiff_t row = 0; row < height; row++) {
        const uint16_t *u = deep(in->u, in->u_line, row), *v = deep(in->v, in->v_line, row);
        for (ptrdiff_t x = 0; x < width; x++)
            seen[cell_of(u[x], v[x])] = 1;
    }
    for (int32_t cell = 0; cell < CELLS; cell++)
        if (seen[cell] && !index[cell])
            cells[count++] = (uint16_t)cell;
    return count;
}

/* By the place between nodes: the lower 3 bits of U, of V, and quarters of the way to the next node of luma. The
 * weights of the four corners at the node below, then at the one above; 256 together. */
typedef int16_t Weights[8][8][4][8];

static void weigh(Weights weights)
{
    for (int u = 0; u < 8; u++)
        for (int v = 0; v < 8; v++)
            for (int part = 0; part < 4; part++)
                for (int corner = 0; corner < 4; corner++) {
                    const int weight = (corner & 2 ? u : 8 - u) * (corner & 1 ? v : 8 - v);
                    weights[u][v][part][corner] = (int16_t)(weight * (4 - part));
                    weights[u][v][part][corner + 4] = (int16_t)(weight * part);
                }
}

/* Six sums of 8 products, each brought back to 8 bits: 7 bits of fraction and 8 of weights, rounded once. */
#ifdef WITH_SSE2
/* The products of two sums, added up to two numbers of each: a, b, a, b. */
static __m128i two(const int16_t *const values[2], const int16_t *const weights[2])
{
    const __m128i a = _mm_madd_epi16(_mm_loadu_si128((const __m128i *)(const void *)values[0]),
                                     _mm_loadu_si128((const __m128i *)(const void *)weights[0]));
    const __m128i b = _mm_madd_epi16(_mm_loadu_si128((const __m128i *)(const void *)values[1]),
                                     _mm_loadu_si128((const __m128i *)(const void *)weights[1]));
    return _mm_add_epi32(_mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b));
}

static __m128i rounded(__m128i sums)
{
    return _mm_srli_epi32(_mm_add_epi32(sums, _mm_set1_epi32(1 << 14)), 15);
}

static uint64_t six(const int16_t *const values[6], const int16_t *const weights[6])
{
    const __m128i ab = two(values, weights), cd = two(values + 2, weights + 2), uv = two(values + 4, weights + 4);
    const __m128i luma = rounded(_mm_add_epi32(_mm_unpacklo_epi64(ab, cd), _mm_unpackhi_epi64(ab, cd)));
    const __m128i chroma = rounded(_mm_add_epi32(uv, _mm_unpackhi_epi64(uv, uv)));
    const __m128i words = _mm_packs_epi32(luma, chroma), bytes = _mm_packus_epi16(words, words);
    uint64_t result;
    _mm_storel_epi64((__m128i *)(void *)&result, bytes);
    return result;
}
#else
static uint64_t six(const int16_t *const values[6], const int16_t *const weights[6])
{
    uint64_t result = 0;
    for (int i = 0; i < 6; i++) {
        int32_t sum = 1 << 14;
        for (int k = 0; k < 8; k++)
            sum += values[i][k] * weights[i][k];
        result |= (uint64_t)(sum >> 15) << 8 * i;
    }
    return result;
}
#endif

/* As clipkit_apply, from 10 bits to 8; `index` leads from cells to rows. */
EXPORT void clipkit_apply10(const Planes *in, const Planes *out, ptrdiff_t width, ptrdiff_t height,
                            const uint32_t *index, const int16_t *rows)
{
    Weights all;
    weigh(all);
    for (ptrdiff_t top = 0, row = 0; top < height; top += 2, row++) {
        const ptrdiff_t low = top + 1 < height ? top + 1 : top;
        const uint16_t *y0 = deep(in->y, in->y_line, top), *y1 = deep(in->y, in->y_line, low);
        const uint16_t *u = deep(in->u, in->u_line, row), *v = deep(in->v, in->v_line, row);
        uint8_t *to0 = out->y + top * out->y_line, *to1 = out->y + low * out->y_line;
        uint8_t *to_u = out->u + row * out->u_line, *to_v = out->v + row * out->v_line;
        for (ptrdiff_t left = 0, x = 0; left < width; left += 2, x++) {
            const ptrdiff_t right = left + 1 < width ? left + 1 : left;
            const int16_t *cell = rows + (size_t)index[cell_of(u[x], v[x])] * DEEP_ROW;
            int16_t (*weights)[8] = all[u[x] & 7][v[x] & 7];
            const unsigned a = y0[left] & 1023, b = y0[right] & 1023, c = y1[left] & 1023, d = y1[right] & 1023;
            const unsigned mean = (a + b + c + d + 8) >> 4; /* in 8 bits */
            const int16_t *cb = cell + LUMAS + (mean & ~3u), *of_mean = weights[mean & 3];
            /* A tone without its part of a step is four times its node: there the node's corners begin. */
            const int16_t *const values[6] = {cell + (a & ~3u), cell + (b & ~3u), cell + (c & ~3u),
                                              cell + (d & ~3u), cb, cb + MEANS};
            const int16_t *const weighted[6] = {weights[a & 3], weights[b & 3], weights[c & 3],
                                                weights[d & 3], of_mean, of_mean};
            const uint64_t result = six(values, weighted);
            to0[left] = (uint8_t)result;
            to0[right] = (uint8_t)(result >> 8);
            to1[left] = (uint8_t)(result >> 16);
            to1[right] = (uint8_t)(result >> 24);
            to_u[x] = (uint8_t)(result >> 32);
            to_v[x] = (uint8_t)(result >> 40);
        }
    }
}

/* setuptools asks MSVC to export this name from every extension; nobody imports the module. */
EXPORT void *PyInit__kernel(void)
{
    return NULL;
}
