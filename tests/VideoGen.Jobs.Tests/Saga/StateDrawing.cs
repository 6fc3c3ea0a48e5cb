using System.Text;
using MassTransit;
using MassTransit.SagaStateMachine;

namespace VideoGen.Jobs.Tests.Saga;

/// <summary>Walks through a state machine and writes what it finds: a Mermaid drawing, and who takes which message.</summary>
internal sealed class StateDrawing<TSaga> : StateMachineVisitor where TSaga : class, SagaStateMachineInstance
{
    readonly List<string> _states = [];
    readonly List<string> _messages = [];
    readonly List<(string State, string Message, string To)> _transitions = [];
    readonly HashSet<(string State, string Message)> _acting = [];
    string _state = "";
    string _message = "";

    public static string Write(MassTransitStateMachine<TSaga> machine, IReadOnlyList<string> ends)
    {
        var drawing = new StateDrawing<TSaga>();
        machine.Accept(drawing);
        return drawing.Text(ends);
    }

    public void Visit(State state, Action<State> next)
    {
        _state = state.Name;
        if (!_states.Contains(state.Name)) _states.Add(state.Name);
        next(state);
    }

    public void Visit(Event @event, Action<Event> next) => next(@event);

    public void Visit<TData>(Event<TData> @event, Action<Event<TData>> next) where TData : class
    {
        _message = typeof(TData).Name;
        if (!_messages.Contains(_message)) _messages.Add(_message);
        next(@event);
    }

    public void Visit(IStateMachineActivity activity) => Visit(activity, _ => { });

    public void Visit(IStateMachineActivity activity, Action<IStateMachineActivity> next)
    {
        _acting.Add((_state, _message));
        if (activity is TransitionActivity<TSaga> transition && !_transitions.Contains((_state, _message, transition.ToState.Name)))
            _transitions.Add((_state, _message, transition.ToState.Name));
        next(activity);
    }

    public void Visit<T>(IBehavior<T> behavior) where T : class, SagaStateMachineInstance => Visit(behavior, _ => { });

    public void Visit<T>(IBehavior<T> behavior, Action<IBehavior<T>> next) where T : class, SagaStateMachineInstance => next(behavior);

    public void Visit<T, TData>(IBehavior<T, TData> behavior) where T : class, SagaStateMachineInstance where TData : class => Visit(behavior, _ => { });

    public void Visit<T, TData>(IBehavior<T, TData> behavior, Action<IBehavior<T, TData>> next) where T : class, SagaStateMachineInstance where TData : class => next(behavior);

    string Text(IReadOnlyList<string> ends)
    {
        var text = new StringBuilder("```mermaid\nstateDiagram-v2\n");
        foreach (var edge in _transitions.GroupBy(edge => (edge.State, edge.To)))
            text.Append("  ").Append(Node(edge.Key.State)).Append(" --> ").Append(edge.Key.To).Append(" : ")
                .AppendJoin(", ", edge.Select(one => one.Message)).Append('\n');
        foreach (var end in ends) text.Append("  ").Append(end).Append(" --> [*]\n");
        text.Append("```\n\n");

        var rows = _states.Where(state => state != "Final").ToList();
        text.Append("| message | ").AppendJoin(" | ", rows).Append(" |\n|---|").AppendJoin("|", rows.Select(_ => "---")).Append("|\n");
        foreach (var message in _messages)
            text.Append("| `").Append(message).Append("` | ").AppendJoin(" | ", rows.Select(state => Cell(state, message))).Append(" |\n");
        return text.ToString();
    }

    /// <summary>Where it leads, "stays" when something is done without leaving; nothing when it is ignored.</summary>
    string Cell(string state, string message)
    {
        var targets = _transitions.Where(edge => edge.State == state && edge.Message == message).Select(edge => edge.To).ToList();
        if (targets.Count > 0) return string.Join(", ", targets);
        return _acting.Contains((state, message)) ? "stays" : "";
    }

    static string Node(string state) => state == "Initial" ? "[*]" : state;
}
