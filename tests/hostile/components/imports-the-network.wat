;; does: imports sockets
;; asked: rank
;; ends: plugin.forbidden_import at upload

(component
    (import "wasi:sockets/tcp@0.2.0" (instance
        (export "connect" (func (param "address" string) (result u32)))))
    (instance $policy)
    (export "stellwerk:matching/policy@0.1.0" (instance $policy)))
