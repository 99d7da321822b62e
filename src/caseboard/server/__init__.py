"""The board over HTTP: the SPARQL 1.1 Protocol, the page, and every thing of the case under an address.

Four kinds of process. The first one listens, and never holds a case nor reads a query. A keeper, forked from
it, opens the case (cut to its view in a process before it, so that what the view hides is in none of these)
and forks workers, which share its memory. Workers answer, one request at a time, and are killed when their
time is up.
"""
