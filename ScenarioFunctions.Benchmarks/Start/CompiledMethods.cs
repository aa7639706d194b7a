using System.Diagnostics.Tracing;
using System.Reflection;

namespace ScenarioFunctions.Benchmarks.Start;

/// <summary>Listens to what the runtime compiles.</summary>
internal sealed class CompiledMethods : EventListener
{
    private const EventKeywords Compilation = (EventKeywords)0x10;
    private const uint IsDynamic = 1;
    private const int TierShift = 7;
    private const uint QuickTier = 3;

    private readonly HashSet<ulong> handles = [];

    /// <summary>The methods, with the types for which generic ones were compiled. Only internal methods of the runtime find them.</summary>
    public IReadOnlyList<MethodBase> Find()
    {
        var byHandle = typeof(RuntimeMethodHandle).GetMethod("GetMethodInfo", BindingFlags.Instance | BindingFlags.NonPublic)!;
        var ofInfo = Type.GetType("System.RuntimeType")!.GetMethod(
            "GetMethodBase", BindingFlags.Static | BindingFlags.NonPublic, [byHandle.ReturnType])!;
        lock (handles)
        {
            return [.. handles.Select(handle => (MethodBase)ofInfo.Invoke(null, [byHandle.Invoke(RuntimeMethodHandle.FromIntPtr((nint)handle), null)])!)];
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, Compilation);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("MethodLoadVerbose", StringComparison.Ordinal) == true
            && eventData.Payload![5] is uint flags && (flags & IsDynamic) == 0 && (flags >> TierShift & 7) == QuickTier)
        {
            lock (handles)
            {
                handles.Add((ulong)eventData.Payload[0]!);
            }
        }
    }
}
