using System.Runtime.CompilerServices;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Chaos.Simulation.Storage;

/// <summary>
/// The connection between one host and the storage. A call takes a while, arrives, has its effect and is answered. It may fail,
/// or its answer may be lost.
/// </summary>
internal sealed class StorageLink(World world, Host host, StorageFaults faults)
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(0.1);
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(20);

    private readonly LinkedList<Action> underWay = [];
    private TimeSpan lastInOrder;

    public World World => world;

    /// <param name="text">For the trace.</param>
    /// <param name="effect">The effect on the disk.</param>
    /// <param name="cancellationToken">Ends the wait; the call may still arrive.</param>
    /// <param name="inOrder">Whether it arrives after all earlier calls with this flag.</param>
    public Task<T> CallAsync<T>(
        [InterpolatedStringHandlerArgument("")] TraceText text,
        Func<T> effect,
        CancellationToken cancellationToken,
        bool inOrder = false)
    {
        var what = text.ToString();
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        var answer = new TaskCompletionSource<T>();
        var place = new LinkedListNode<Action>(() => Arrive(what, effect, answer, mayFail: false));
        underWay.AddLast(place);
        world.After(Travel(inOrder), host, () =>
        {
            underWay.Remove(place);
            Arrive(what, effect, answer, mayFail: true);
        });
        if (cancellationToken.CanBeCanceled)
        {
            cancellationToken.Register(() => answer.TrySetCanceled(cancellationToken));
        }

        return answer.Task;
    }

    /// <summary>A read that the engine does not await.</summary>
    public T Read<T>(Func<T> read) => Fails(0.2) ? throw Down("cannot be read") : read();

    /// <summary>The host is dead. Some of the calls that it had sent still arrive, in the order of sending.</summary>
    public void Cut()
    {
        foreach (var arrive in underWay.Take(world.Random.Next(underWay.Count + 1)))
        {
            arrive();
        }

        underWay.Clear();
    }

    private TimeSpan Travel(bool inOrder)
    {
        var at = world.Now + world.Between(Least, Most);
        if (inOrder)
        {
            lastInOrder = at = at > lastInOrder ? at : lastInOrder + TimeSpan.FromTicks(1);
        }

        return at - world.Now;
    }

    private void Arrive<T>(string what, Func<T> effect, TaskCompletionSource<T> answer, bool mayFail)
    {
        if (mayFail && Fails(1))
        {
            world.Tell(host.Name, $"{what}: REFUSED");
            Answer(() => answer.TrySetException(Down("did not answer")));
            return;
        }

        var result = effect();
        if (mayFail && HasFaults && world.Chance(faults.AnswerLost))
        {
            world.Tell(host.Name, $"{what}{ResultText(result)}: ANSWER LOST");
            Answer(() => answer.TrySetException(Down("did not answer")));
            return;
        }

        world.Tell(host.Name, $"{what}{ResultText(result)}");
        Answer(() => answer.TrySetResult(result));
    }

    private static string ResultText<T>(T result) => result is SceneRow or IEnumerable<SceneRow> or null ? "" : $": {result}";

    private void Answer(Action answer)
    {
        if (!host.IsDead)
        {
            world.After(world.Between(Least, Most), host, answer);
        }
    }

    private bool HasFaults => world.Now < Plan.FaultsEnd;

    private bool Fails(double share) =>
        HasFaults && (faults.Down.Has(world.Now) || world.Chance(faults.Refused * share));

    private static StorageException Down(string how) => new($"The simulated storage {how}.", isTransient: true);
}
