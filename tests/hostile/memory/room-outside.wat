;; does: offers the host room outside its memory
;; asked: rank
;; ends: guest.output_invalid at upload

(func $realloc (type $allocated) i32.const 0x7ffffff0)
