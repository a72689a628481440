"""The whole machine, wired on one page.

    PLAN burst: identify → gather → recall → diagnose → remedy → prove → rule ┐
                                                                              ▼ waits at decide
    ACT burst:                                          decide → execute → learn

Everything before ``decide`` only reads, so a plan burst may run again after a crash. ``decide``
holds nothing but the interrupt. Who runs a burst, and when, is dispatch's business: LangGraph has
no lock per thread.
"""

from __future__ import annotations

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.context import Context
from agent.nodes.decide import after_decide, decide
from agent.nodes.diagnose import after_diagnose, diagnose
from agent.nodes.execute import after_execute, execute
from agent.nodes.gather import after_gather, gather
from agent.nodes.identify import after_identify, identify
from agent.nodes.learn import learn
from agent.nodes.prove import prove
from agent.nodes.recall import recall
from agent.nodes.remedy import remedy
from agent.nodes.rule import after_rule, rule
from agent.state import CaseState
from agent.traces import traced

Machine = CompiledStateGraph[CaseState, Context, CaseState, CaseState]


def build(saver: BaseCheckpointSaver[str] | None = None) -> Machine:
    """Return the compiled machine."""
    graph = StateGraph(CaseState, context_schema=Context)
    graph.add_node("identify", traced("identify", identify))
    graph.add_node("gather", traced("gather", gather))
    graph.add_node("recall", traced("recall", recall))
    graph.add_node("diagnose", traced("diagnose", diagnose))
    graph.add_node("remedy", traced("remedy", remedy))
    graph.add_node("prove", traced("prove", prove))
    graph.add_node("rule", traced("rule", rule))
    graph.add_node("decide", traced("decide", decide))
    graph.add_node("execute", traced("execute", execute))
    graph.add_node("learn", traced("learn", learn))

    graph.add_edge(START, "identify")
    graph.add_conditional_edges("identify", after_identify, ["gather", "learn"])
    graph.add_conditional_edges("gather", after_gather, ["recall", "rule"])
    graph.add_edge("recall", "diagnose")
    graph.add_conditional_edges("diagnose", after_diagnose, ["remedy", "identify"])
    graph.add_edge("remedy", "prove")
    graph.add_edge("prove", "rule")
    graph.add_conditional_edges("rule", after_rule, ["decide", "learn"])
    graph.add_conditional_edges("decide", after_decide, ["execute", "prove", "gather", "learn"])
    graph.add_conditional_edges("execute", after_execute, ["gather", "learn"])
    graph.add_edge("learn", END)
    return graph.compile(checkpointer=saver)


def opened() -> Machine:
    """Return the machine without a saver, for LangGraph's own tooling (``langgraph.json``)."""
    return build()


def picture() -> str:
    """Return the machine as a Mermaid diagram; the documentation shows it."""
    return build().get_graph().draw_mermaid(with_styles=False)
