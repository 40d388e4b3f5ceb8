/* The colour tables on planar YUV 4:2:0: the exact one of 8 bits, the lattice for 10. Portable C99, called through
 * ctypes, so no Python.h. Must agree bit for bit with reference.py. */

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

/* The lattice: a node every 8 codes of U and V (129 each way). A node's row holds 257 values of luma, a node every 4
 * codes, then 65 pairs Cb, Cr, a node every 16; all times 256. */
enum { SIDE = 129, CELLS = 128 * 128, NODES = SIDE * SIDE, DEEP_TONES = 257, DEEP_ROW = DEEP_TONES + 2 * 65 };

static const uint16_t *deep(const uint8_t *plane, ptrdiff_t line, ptrdiff_t row)
{
    return (const uint16_t *)(const void *)(plane + row * line);
}

/* Lists, ascending, the nodes (U / 8 * SIDE + V / 8) around the colours of a chroma plane whose `index` is 0. `cells`
 * is CELLS zeros, `seen` NODES zeros on entry. */
EXPORT int32_t clipkit_missing10(const Planes *in, ptrdiff_t width, ptrdiff_t height, const uint32_t *index,
                                 uint8_t *cells, uint8_t *seen, uint16_t *nodes)
{
    int32_t count = 0;
    for (ptrdiff_t row = 0; row < height; row++) {
        const uint16_t *u = deep(in->u, in->u_line, row), *v = deep(in->v, in->v_line, row);
        for (ptrdiff_t x = 0; x < width; x++)
            cells[(u[x] & 1023) >> 3 << 7 | (v[x] & 1023) >> 3] = 1;
    }
    for (int32_t cell = 0; cell < CELLS; cell++) {
        const int32_t node = (cell >> 7) * SIDE + (cell & 127);
        if (cells[cell])
            seen[node] = seen[node + 1] = seen[node + SIDE] = seen[node + SIDE + 1] = 1;
    }
    for (int32_t node = 0; node < NODES; node++)
        if (seen[node] && !index[node])
            nodes[count++] = (uint16_t)node;
    return count;
}

/* Four rows of the lattice with their weights, of 64 together: the place of a colour between nodes of U and V. */
typedef struct {
    const uint16_t *row[4];
    uint32_t weight[4];
} Place;

static Place place(unsigned u, unsigned v, const uint32_t *index, const uint16_t *rows)
{
    const uint32_t *node = index + (u >> 3) * SIDE + (v >> 3);
    const uint32_t du = u & 7, dv = v & 7;
    const Place found = {
        {rows + (size_t)node[0] * DEEP_ROW, rows + (size_t)node[1] * DEEP_ROW,
         rows + (size_t)node[SIDE] * DEEP_ROW, rows + (size_t)node[SIDE + 1] * DEEP_ROW},
        {(8 - du) * (8 - dv), (8 - du) * dv, du * (8 - dv), du * dv},
    };
    return found;
}

static uint32_t across(const Place *place, unsigned at)
{
    return place->weight[0] * place->row[0][at] + place->weight[1] * place->row[1][at]
         + place->weight[2] * place->row[2][at] + place->weight[3] * place->row[3][at];
}

/* 8 bits of fraction, 6 of U and V, and 2 of luma or 6 of a sum of four: rounded once. */
static uint8_t luma_at(const Place *place, unsigned y)
{
    const unsigned at = (y & 1023) >> 2, part = y & 3;
    return (uint8_t)((across(place, at) * (4 - part) + across(place, at + 1) * part + (1u << 15)) >> 16);
}

static uint8_t chroma_at(const Place *place, unsigned sum, unsigned which)
{
    const unsigned at = DEEP_TONES + (sum >> 6) * 2 + which, part = sum & 63;
    return (uint8_t)((across(place, at) * (64 - part) + across(place, at + 2) * part + (1u << 19)) >> 20);
}

/* As clipkit_apply, from 10 bits to 8; `index` leads from nodes to rows. */
EXPORT void clipkit_apply10(const Planes *in, const Planes *out, ptrdiff_t width, ptrdiff_t height,
                            const uint32_t *index, const uint16_t *rows)
{
    for (ptrdiff_t top = 0, row = 0; top < height; top += 2, row++) {
        const ptrdiff_t low = top + 1 < height ? top + 1 : top;
        const uint16_t *y0 = deep(in->y, in->y_line, top), *y1 = deep(in->y, in->y_line, low);
        const uint16_t *u = deep(in->u, in->u_line, row), *v = deep(in->v, in->v_line, row);
        uint8_t *to0 = out->y + top * out->y_line, *to1 = out->y + low * out->y_line;
        uint8_t *to_u = out->u + row * out->u_line, *to_v = out->v + row * out->v_line;
        for (ptrdiff_t left = 0, x = 0; left < width; left += 2, x++) {
            const ptrdiff_t right = left + 1 < width ? left + 1 : left;
            const Place here = place(u[x] & 1023, v[x] & 1023, index, rows);
            const unsigned sum = (y0[left] & 1023) + (y0[right] & 1023) + (y1[left] & 1023) + (y1[right] & 1023);
            to0[left] = luma_at(&here, y0[left]);
            to0[right] = luma_at(&here, y0[right]);
            to1[left] = luma_at(&here, y1[left]);
            to1[right] = luma_at(&here, y1[right]);
            to_u[x] = chroma_at(&here, sum, 0);
            to_v[x] = chroma_at(&here, sum, 1);
        }
    }
}

/* setuptools asks MSVC to export this name from every extension; nobody imports the module. */
EXPORT void *PyInit__kernel(void)
{
    return NULL;
}
