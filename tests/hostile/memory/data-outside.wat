;; does: begins with data that lie outside its memory
;; asked: rank
;; ends: guest.trap at upload

(data (i32.const 0x7fff0000) "outside")
