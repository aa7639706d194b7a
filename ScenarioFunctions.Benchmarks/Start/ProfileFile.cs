using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace ScenarioFunctions.Benchmarks.Start;

/// <summary>
/// Names methods for .NET's compiler to compile ahead (.mibc): an assembly with code that loads a token of each, grouped by the assemblies
/// that they need. See MIbcProfileParser in dotnet/runtime. What the compiler does not find is left out by it.
/// </summary>
internal sealed class ProfileFile
{
    private static readonly Dictionary<Type, SignatureTypeCode> Codes = new()
    {
        [typeof(void)] = SignatureTypeCode.Void,
        [typeof(bool)] = SignatureTypeCode.Boolean,
        [typeof(char)] = SignatureTypeCode.Char,
        [typeof(sbyte)] = SignatureTypeCode.SByte,
        [typeof(byte)] = SignatureTypeCode.Byte,
        [typeof(short)] = SignatureTypeCode.Int16,
        [typeof(ushort)] = SignatureTypeCode.UInt16,
        [typeof(int)] = SignatureTypeCode.Int32,
        [typeof(uint)] = SignatureTypeCode.UInt32,
        [typeof(long)] = SignatureTypeCode.Int64,
        [typeof(ulong)] = SignatureTypeCode.UInt64,
        [typeof(float)] = SignatureTypeCode.Single,
        [typeof(double)] = SignatureTypeCode.Double,
        [typeof(nint)] = SignatureTypeCode.IntPtr,
        [typeof(nuint)] = SignatureTypeCode.UIntPtr,
        [typeof(string)] = SignatureTypeCode.String,
        [typeof(object)] = SignatureTypeCode.Object,
    };

    private readonly MetadataBuilder metadata = new();
    private readonly Dictionary<Type, EntityHandle> types = [];
    private readonly Dictionary<Assembly, EntityHandle> assemblies = [];
    private readonly BlobBuilder code = new();

    public ProfileFile(IEnumerable<MethodBase> methods)
    {
        var name = metadata.GetOrAddString("start");
        metadata.AddModule(0, name, metadata.GetOrAddGuid(new Guid(1, 0, 0, new byte[8])), default, default);
        metadata.AddAssembly(name, new Version(), default, default, default, AssemblyHashAlgorithm.None);
        metadata.AddTypeDefinition(
            default, default, metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        var bodies = new MethodBodyStreamEncoder(code);
        var dictionary = new InstructionEncoder(new BlobBuilder());
        foreach (var group in methods.Where(IsOfProgram).GroupBy(AssembliesOf).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var body = new InstructionEncoder(new BlobBuilder());
            foreach (var method in group.OrderBy(method => $"{method.DeclaringType} {method}", StringComparer.Ordinal))
            {
                Load(body, TokenOf(method));
            }

            dictionary.LoadString(metadata.GetOrAddUserString(group.Key));
            Load(dictionary, Define(bodies, group.Key, body));
        }

        Define(bodies, "AssemblyDictionary", dictionary);
    }

    public void Save(string path)
    {
        var file = new BlobBuilder();
        new ManagedPEBuilder(
            new PEHeaderBuilder(), new MetadataRootBuilder(metadata), code, deterministicIdProvider: _ => new BlobContentId(new Guid(2, 0, 0, new byte[8]), 1))
            .Serialize(file);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        using var entry = zip.CreateEntry($"{Path.GetFileName(path)}.dll").Open();
        file.WriteContentTo(entry);
    }

    private static void Load(InstructionEncoder body, EntityHandle token)
    {
        body.OpCode(ILOpCode.Ldtoken);
        body.Token(token);
        body.OpCode(ILOpCode.Pop);
    }

    /// <summary>Not of what records the program.</summary>
    private static bool IsOfProgram(MethodBase method) =>
        method.DeclaringType is not null && TypesOf(method).All(type => type.Assembly != typeof(ProfileFile).Assembly);

    private static string AssembliesOf(MethodBase method) =>
        string.Concat(TypesOf(method).Select(type => type.Assembly.GetName().Name).Distinct().Select(name => $"{name};"));

    private static IEnumerable<Type> TypesOf(MethodBase method) =>
        TypesOf(method.DeclaringType!).Concat(method.IsGenericMethod ? method.GetGenericArguments().SelectMany(TypesOf) : []);

    private static IEnumerable<Type> TypesOf(Type type) => type.HasElementType
        ? TypesOf(type.GetElementType()!)
        : type.GetGenericArguments().SelectMany(TypesOf).Prepend(type);

    private MethodDefinitionHandle Define(MethodBodyStreamEncoder bodies, string name, InstructionEncoder body)
    {
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature().Parameters(0, result => result.Void(), _ => { });
        return metadata.AddMethodDefinition(
            MethodAttributes.Public | MethodAttributes.Static, MethodImplAttributes.IL, metadata.GetOrAddString(name), metadata.GetOrAddBlob(signature),
            bodies.AddMethodBody(body), default);
    }

    private EntityHandle TokenOf(MethodBase method)
    {
        var definition = method.Module.ResolveMethod(method.MetadataToken)!;
        var parameters = definition.GetParameters();
        var signature = new BlobBuilder();
        new BlobEncoder(signature).MethodSignature(
            genericParameterCount: definition.IsGenericMethod ? definition.GetGenericArguments().Length : 0, isInstanceMethod: !definition.IsStatic);
        signature.WriteCompressedInteger(parameters.Length);
        Write(signature, (definition as MethodInfo)?.ReturnType ?? typeof(void));
        foreach (var parameter in parameters)
        {
            Write(signature, parameter.ParameterType);
        }

        var member = metadata.AddMemberReference(TokenOf(method.DeclaringType!), metadata.GetOrAddString(method.Name), metadata.GetOrAddBlob(signature));
        if (!method.IsGenericMethod)
        {
            return member;
        }

        var arguments = new BlobBuilder();
        new BlobEncoder(arguments).MethodSpecificationSignature(method.GetGenericArguments().Length);
        WriteAll(arguments, method.GetGenericArguments());
        return metadata.AddMethodSpecification(member, metadata.GetOrAddBlob(arguments));
    }

    private EntityHandle TokenOf(Type type)
    {
        if (types.TryGetValue(type, out var token))
        {
            return token;
        }

        if (type.IsConstructedGenericType || type.HasElementType)
        {
            var signature = new BlobBuilder();
            Write(signature, type);
            return types[type] = metadata.AddTypeSpecification(metadata.GetOrAddBlob(signature));
        }

        return types[type] = metadata.AddTypeReference(
            type.DeclaringType is { } outer ? TokenOf(outer) : TokenOf(type.Assembly),
            type.IsNested || type.Namespace is null ? default : metadata.GetOrAddString(type.Namespace),
            metadata.GetOrAddString(type.Name));
    }

    private EntityHandle TokenOf(Assembly assembly) => assemblies.TryGetValue(assembly, out var token)
        ? token
        : assemblies[assembly] = metadata.AddAssemblyReference(
            metadata.GetOrAddString(assembly.GetName().Name!), new Version(), default, default, default, default);

    private void WriteAll(BlobBuilder blob, IEnumerable<Type> all)
    {
        foreach (var type in all)
        {
            Write(blob, type);
        }
    }

    private void Write(BlobBuilder blob, Type type)
    {
        if (Codes.TryGetValue(type, out var known))
        {
            blob.WriteByte((byte)known);
        }
        else if (type.IsGenericParameter)
        {
            blob.WriteByte((byte)(type.IsGenericMethodParameter ? SignatureTypeCode.GenericMethodParameter : SignatureTypeCode.GenericTypeParameter));
            blob.WriteCompressedInteger(type.GenericParameterPosition);
        }
        else if (type.HasElementType)
        {
            blob.WriteByte((byte)(type.IsByRef ? SignatureTypeCode.ByReference
                : type.IsPointer ? SignatureTypeCode.Pointer
                : type.IsSZArray ? SignatureTypeCode.SZArray
                : SignatureTypeCode.Array));
            Write(blob, type.GetElementType()!);
            if (type.IsVariableBoundArray)
            {
                new ArrayShapeEncoder(blob).Shape(type.GetArrayRank(), [], [.. new int[type.GetArrayRank()]]);
            }
        }
        else if (type.IsConstructedGenericType)
        {
            blob.WriteByte((byte)SignatureTypeCode.GenericTypeInstance);
            Write(blob, type.GetGenericTypeDefinition());
            blob.WriteCompressedInteger(type.GetGenericArguments().Length);
            WriteAll(blob, type.GetGenericArguments());
        }
        else
        {
            blob.WriteByte((byte)(type.IsValueType ? SignatureTypeKind.ValueType : SignatureTypeKind.Class));
            blob.WriteCompressedInteger(CodedIndex.TypeDefOrRefOrSpec(TokenOf(type)));
        }
    }
}
