/** The chain data types every other module speaks in. Leaf: imports no other module. */
@NullMarked
package io.lesnode.primitives;

import org.jspecify.annotations.NullMarked;
