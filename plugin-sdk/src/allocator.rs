//! Nothing is freed within one call, and no instance is used twice: a pointer
//! that only moves on is all the allocator there has to be.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;

const PAGE: usize = 65_536;

struct Bump {
    next: Cell<usize>,
    end: Cell<usize>,
}

// SAFETY: guests have one thread.
unsafe impl Sync for Bump {}

#[global_allocator]
static BUMP: Bump = Bump {
    next: Cell::new(0),
    end: Cell::new(0),
};

// SAFETY: blocks lie beyond the heap's base, never overlap, and are aligned as
// asked; a request that memory cannot grow for is answered with null.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.next.get() == 0 {
            // The memory beyond what the linker laid out is ours.
            let base = core::arch::wasm32::memory_size(0) * PAGE;
            self.next.set(base);
            self.end.set(base);
        }
        let align = layout.align();
        let Some(start) = self
            .next
            .get()
            .checked_add(align - 1)
            .map(|address| address & !(align - 1))
        else {
            return std::ptr::null_mut();
        };
        let Some(end) = start.checked_add(layout.size()) else {
            return std::ptr::null_mut();
        };
        if end > self.end.get() {
            let pages = (end - self.end.get()).div_ceil(PAGE);
            if core::arch::wasm32::memory_grow(0, pages) == usize::MAX {
                return std::ptr::null_mut();
            }
            self.end.set(self.end.get() + pages * PAGE);
        }
        self.next.set(end);
        start as *mut u8
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // The last block can grow where it is.
        let is_last = block as usize + layout.size() == self.next.get();
        if is_last && block as usize + size <= self.end.get() {
            self.next.set(block as usize + size);
            return block;
        }
        // SAFETY: the caller upholds that size and alignment make a layout.
        let new = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if !new.is_null() {
            // SAFETY: both blocks are at least that long and do not overlap.
            unsafe { std::ptr::copy_nonoverlapping(block, new, layout.size().min(size)) };
        }
        new
    }
}
