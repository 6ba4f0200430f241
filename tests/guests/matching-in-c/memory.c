// The few functions of a C library that the bindings call. Nothing is ever
// freed: an instance lives for one call.

#include <stdlib.h>
#include <string.h>

enum { PAGE = 65536, ALIGNMENT = 16 };

// Where the linker's data end.
extern unsigned char __heap_base;
static unsigned char *next = &__heap_base;

void *malloc(size_t size) {
    uintptr_t begin = ((uintptr_t)next + ALIGNMENT - 1) & ~(uintptr_t)(ALIGNMENT - 1);
    uintptr_t end = begin + size;
    uintptr_t memory = __builtin_wasm_memory_size(0) * PAGE;
    if (end > memory) {
        size_t pages = (end - memory + PAGE - 1) / PAGE;
        if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) {
            abort();
        }
    }
    next = (unsigned char *)end;
    return (void *)begin;
}

// What was there is copied in any case: the old size is not known, and what lies
// behind it is memory of ours.
void *realloc(void *old, size_t size) {
    void *moved = malloc(size);
    if (old != NULL) {
        memcpy(moved, old, size);
    }
    return moved;
}

void free(void *memory) { (void)memory; }

void abort(void) { __builtin_trap(); }

void *memcpy(void *to, const void *from, size_t size) {
    for (size_t byte = 0; byte < size; byte++) {
        ((unsigned char *)to)[byte] = ((const unsigned char *)from)[byte];
    }
    return to;
}

size_t strlen(const char *text) {
    size_t length = 0;
    while (text[length] != '\0') {
        length++;
    }
    return length;
}
