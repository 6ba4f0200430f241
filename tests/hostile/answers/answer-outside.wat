;; does: answers from outside its memory
;; asked: rank
;; ends: guest.output_invalid when asked

(func $rank (type $asked) i32.const -8)
